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

	compute, err := r.find(ctx, state, (*azureml.Workspace).BatchCompute)
	if _, ok := errors.AsType[*azureml.NotFoundError](err); ok {
		return
	}
	if err == nil && !state.BatchAccountID.IsNull() && !azureml.EqualIDs(compute.ClusterResourceID, state.BatchAccountID.ValueString()) {
		// Somebody has given the name to another account since the last refresh.
		err = fmt.Errorf("the name has another Batch account now than the one in the state:\n  it has       %s\n  in the state %s\n\n"+
			"It was left as it is. Refresh, and look at the plan again", compute.ClusterResourceID, state.BatchAccountID.ValueString())
	}
	if err == nil {
		err = detach(ctx, compute)
	}
	if err != nil {
		response.Diagnostics.AddError(fmt.Sprintf("Cannot detach compute %q", state.Name.ValueString()),
			tfvalue.Sentence(err)+"\n\nThe compute stays in the state; the next destroy or apply goes on from what is there then."+moreTime(err, "delete"))
	}
}

// detach detaches the compute and waits for the end, of a detach that is under way too.
func detach(ctx context.Context, compute *azureml.BatchCompute) error {
	if compute.Deleting() {
		return compute.WaitUntilFree(ctx)
	}
	if err := compute.Detach(ctx); err != nil {
		return err
	}
	return compute.WaitForCompletion(ctx)
}
