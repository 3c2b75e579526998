package batchcompute

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Update writes down what is Terraform's own business, adopt_existing and timeouts. It
// sends nothing: whatever Azure would have to change replaces the attachment.
func (r *Resource) Update(ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	var plan model
	response.Diagnostics.Append(request.Plan.Get(ctx, &plan)...)
	if response.Diagnostics.HasError() {
		return
	}
	response.Diagnostics.Append(response.State.Set(ctx, &plan)...)
	response.Diagnostics.Append(plan.setIdentity(ctx, response.Identity)...)
}
