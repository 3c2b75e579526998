package batchcompute

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/messages"
)

// ImportState implements [resource.ResourceWithImportState]. It accepts a compute's Resource
// Manager id, in any letter case, or its identity.
func (r *Resource) ImportState(ctx context.Context, request resource.ImportStateRequest, response *resource.ImportStateResponse) {
	id := request.ID
	if !request.Identity.Raw.IsNull() {
		var parts identity
		response.Diagnostics.Append(request.Identity.Get(ctx, &parts)...)
		if response.Diagnostics.HasError() {
			return
		}
		id = parts.workspace().ComputeID(parts.Name.ValueString())
	}
	workspaceID, name, err := azureml.ParseComputeID(id)
	if err != nil {
		response.Diagnostics.AddError("Cannot import", fmt.Sprintf("%q: %s.", id, err))
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	compute, err := r.run.client.Workspace(workspaceID).RecentBatchCompute(ctx, name)
	if err != nil {
		response.Diagnostics.AddError(fmt.Sprintf("Cannot import compute %q", name), messages.Detail(err))
		return
	}
	// The Read that follows fills in the rest, and the identity.
	response.Diagnostics.Append(response.State.SetAttribute(ctx, path.Root("id"), compute.ID)...)
	response.Diagnostics.Append(response.State.SetAttribute(ctx, path.Root("name"), compute.Name)...)
	response.Diagnostics.Append(response.State.SetAttribute(ctx, path.Root("workspace_id"), workspaceID.String())...)
	response.Diagnostics.Append(newMemory(imported, imported).remember(ctx, response.Private)...)
}
