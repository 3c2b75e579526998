package batchcompute

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/tfvalue"
)

// Read refreshes the state. Only what Azure says is gone leaves it.
func (r *Resource) Read(ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse) {
	var state model
	response.Diagnostics.Append(request.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Read(ctx, readTimeout)
	response.Diagnostics.Append(diags...)
	if response.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	// Also of what turns out to be gone.
	response.Diagnostics.Append(state.setIdentity(ctx, response.Identity)...)
	compute, err := r.find(ctx, state, (*azureml.Workspace).RecentBatchCompute)
	if _, ok := errors.AsType[*azureml.NotFoundError](err); ok {
		response.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		response.Diagnostics.AddError(fmt.Sprintf("Cannot read compute %q", state.Name.ValueString()), tfvalue.Sentence(err))
		return
	}
	state.refresh(compute)
	response.Diagnostics.Append(response.State.Set(ctx, &state)...)
}

// retrieve gives a compute by name: as it is now, or as it was lately.
type retrieve = func(w *azureml.Workspace, ctx context.Context, name string) (*azureml.BatchCompute, error)

// find retrieves the compute that the state is about.
func (r *Resource) find(ctx context.Context, state model, retrieve retrieve) (*azureml.BatchCompute, error) {
	workspaceID, err := azureml.ParseWorkspaceID(state.WorkspaceID.ValueString())
	if err != nil {
		return nil, err
	}
	return retrieve(r.client.Workspace(workspaceID), ctx, state.Name.ValueString())
}
