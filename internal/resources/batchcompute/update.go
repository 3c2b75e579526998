package batchcompute

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/attributes"
)

// Update stores what only Terraform uses: adopt_existing, timeouts, and which settings are
// configured. It sends no request, because any change in Azure replaces the attachment.
func (r *Resource) Update(ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	var state, plan, config model
	response.Diagnostics.Append(request.State.Get(ctx, &state)...)
	response.Diagnostics.Append(request.Plan.Get(ctx, &plan)...)
	response.Diagnostics.Append(request.Config.Get(ctx, &config)...)
	memory, diags := recall(ctx, response.Private)
	response.Diagnostics.Append(diags...)
	if response.Diagnostics.HasError() {
		return
	}
	// What ignore_changes hides is in the configuration, but not in the plan, which has the
	// state's value. It may hide some of the tags.
	if config.Tags.IsNull() || !plan.Tags.Equal(state.Tags) || sameTags(attributes.Strings(plan.Tags), attributes.Strings(config.Tags)) {
		memory.Tags = memory.Tags.next(!config.Tags.IsNull())
	}
	if !set(config.Description) || plan.Description.Equal(config.Description) {
		memory.Description = memory.Description.next(set(config.Description))
	}
	response.Diagnostics.Append(memory.remember(ctx, response.Private)...)
	response.Diagnostics.Append(response.State.Set(ctx, &plan)...)
	response.Diagnostics.Append(plan.setIdentity(ctx, response.Identity)...)
}
