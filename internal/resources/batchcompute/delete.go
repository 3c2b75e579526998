package batchcompute

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/messages"
)

// Delete detaches the compute, and waits until the name is free, because a replacement
// attaches it again right away. It detaches only the compute that the state has.
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

	left, err := r.detach(ctx, state)
	response.Diagnostics.Append(left...)
	if err != nil {
		response.Diagnostics.AddError(fmt.Sprintf("Cannot detach compute %q", state.Name.ValueString()),
			messages.Detail(err)+"\n\nThe compute stays in the state; the next destroy or apply continues from what exists then."+moreTime(err, "delete"))
	}
}

// detach detaches the compute, or returns a warning that says why it stays in Azure.
func (r *Resource) detach(ctx context.Context, state model) (diag.Diagnostics, error) {
	workspace, err := r.workspace(state)
	if err != nil {
		return nil, err
	}
	hold, err := workspace.Hold(ctx, state.Name.ValueString())
	if err != nil {
		return nil, err
	}
	defer hold.Release()
	if hold.Owned() {
		return diag.Diagnostics{managedByAnother(state)}, nil
	}
	found, err := workspace.LookUp(ctx, state.Name.ValueString())
	if found.Batch == nil {
		return nil, err // a compute of another type is not this resource's
	}
	if err := state.sameAttachment(found.Batch); err != nil {
		return nil, err
	}
	return nil, detachAndWait(ctx, found.Batch)
}

// sameAttachment returns an error if the compute of this name was attached outside Terraform
// since the last refresh.
func (m *model) sameAttachment(found *azureml.BatchCompute) error {
	const next = "Nothing was detached. Refresh, and check the plan again"
	if account := m.BatchAccountID; !account.IsNull() && found.ClusterResourceID != "" && !azureml.EqualIDs(found.ClusterResourceID, account.ValueString()) {
		return fmt.Errorf("the name now belongs to another Batch account than the one in the state:\n  it has       %s\n  in the state %s\n\n%s",
			found.ClusterResourceID, account.ValueString(), next)
	}
	created, _ := time.Parse(time.RFC3339, m.CreatedOn.ValueString()) // if there is none, zero, which equals any time
	if !azureml.EqualTimes(found.CreatedOn, created) {
		return fmt.Errorf("the name now belongs to another attachment than the one in the state:\n  attached on  %s\n  in the state %s\n\n%s",
			found.CreatedOn.Format(time.RFC3339Nano), m.CreatedOn.ValueString(), next)
	}
	return nil
}

// detachAndWait detaches the compute and waits. If a detach is in progress, it only waits.
func detachAndWait(ctx context.Context, compute *azureml.BatchCompute) error {
	if compute.Deleting() {
		_, err := compute.WaitUntilFree(ctx)
		return err
	}
	if err := compute.Detach(ctx); err != nil {
		return err
	}
	return compute.WaitForCompletion(ctx)
}
