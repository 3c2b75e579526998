package batchcompute

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Update stores what only Terraform uses: adopt_existing, timeouts, and which settings are
// configured. It sends no request, because any change in Azure replaces the attachment.
func (r *Resource) Update(ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	var plan, config model
	response.Diagnostics.Append(request.Plan.Get(ctx, &plan)...)
	response.Diagnostics.Append(request.Config.Get(ctx, &config)...)
	memory, diags := recall(ctx, response.Private)
	response.Diagnostics.Append(diags...)
	if response.Diagnostics.HasError() {
		return
	}
	memory.Tags = memory.Tags.next(!config.Tags.IsNull())
	memory.Description = memory.Description.next(set(config.Description))
	response.Diagnostics.Append(memory.remember(ctx, response.Private)...)
	response.Diagnostics.Append(response.State.Set(ctx, &plan)...)
	response.Diagnostics.Append(plan.setIdentity(ctx, response.Identity)...)
}
