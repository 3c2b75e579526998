package batchcompute

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/tfvalue"
)

// Delete detaches, and waits until the name is free: a replacement attaches it again
// right away.
func (r *Resource) Delete(ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse) {
	var state model
	response.Diagnostics.Append(request.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Delete(ctx, deleteTimeout)
	response.Diagnostics.Append(diags...)
	if response.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	// What has the name now may be another compute than the one in the state; a
	// detach would take that one away.
	compute, err := r.find(ctx, state, (*azureml.Workspace).BatchCompute)
	if _, ok := errors.AsType[*azureml.NotFoundError](err); ok {
		return
	}
	if err == nil {
		err = compute.Detach(ctx)
	}
	if err == nil {
		err = compute.WaitForCompletion(ctx)
	}
	if err != nil {
		response.Diagnostics.AddError(fmt.Sprintf("Cannot detach compute %q", state.Name.ValueString()),
			tfvalue.Sentence(err)+"\n\nThe compute stays in the state; the next destroy or apply goes on from what is there then."+moreTime(err, "delete"))
	}
}
