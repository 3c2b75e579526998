package batchcompute

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/messages"
)

// Read refreshes the state. It removes a compute only if Azure says that it does not exist.
func (r *Resource) Read(ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse) {
	var state model
	response.Diagnostics.Append(request.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Read(ctx, readTimeout)
	response.Diagnostics.Append(diags...)
	if response.Diagnostics.HasError() {
		return
	}
	// An earlier version may have stored a timeout that is too short for any read.
	ctx, cancel := context.WithTimeout(ctx, max(timeout, minReadTimeout))
	defer cancel()

	// Even if the compute no longer exists.
	response.Diagnostics.Append(state.setIdentity(ctx, response.Identity)...)
	memory, diags := recall(ctx, response.Private)
	response.Diagnostics.Append(diags...)
	workspace, err := r.workspace(state)
	if err != nil {
		response.Diagnostics.Append(cannotRead(state, err))
		return
	}
	managedTwice := r.run.claim(state.ID.ValueString(), memory.Mark)
	found, err := workspace.LookUpRecent(ctx, state.Name.ValueString())
	switch {
	case err != nil:
		response.Diagnostics.Append(cannotRead(state, err))
	case found.OtherType != nil && state.ProvisioningState.IsNull():
		// Never read before: a move from azapi, whose state does not say the type.
		response.Diagnostics.Append(cannotRead(state, found.OtherType))
	case found.Batch == nil:
		if found.OtherType != nil { // otherwise Terraform itself reports the removal
			response.Diagnostics.Append(noLongerBatch(state, found.OtherType))
		}
		response.State.RemoveResource(ctx)
	default:
		if managedTwice {
			response.Diagnostics.Append(managedByTwo(state))
		}
		response.Diagnostics.Append(messages.Failed(found.Batch)...)
		response.Diagnostics.Append(messages.SharedAccount(found.Shared)...)
		memory.saw(found.Batch)
		response.Diagnostics.Append(state.refresh(ctx, found.Batch, memory)...)
		response.Diagnostics.Append(response.State.Set(ctx, &state)...)
		response.Diagnostics.Append(memory.remember(ctx, response.Private)...)
	}
}

// workspace returns the workspace of a state's compute.
func (r *Resource) workspace(state model) (*azureml.Workspace, error) {
	id, err := azureml.ParseWorkspaceID(state.WorkspaceID.ValueString())
	if err != nil {
		return nil, err
	}
	return r.run.client.Workspace(id), nil
}

func cannotRead(state model, err error) diag.Diagnostic {
	detail := messages.Detail(err)
	if errors.Is(err, context.DeadlineExceeded) {
		detail += "\n\nTo continue without reading, plan or apply with -refresh=false. A longer timeouts { read = \"10m\" } takes effect once it has been applied."
	}
	return diag.NewErrorDiagnostic(fmt.Sprintf("Cannot read compute %q", state.Name.ValueString()), detail)
}

// noLongerBatch warns about an attachment whose name belongs to something else now.
func noLongerBatch(state model, now *azureml.OtherTypeError) diag.Diagnostic {
	return diag.NewWarningDiagnostic(fmt.Sprintf("Compute %q is no longer a Batch compute", state.Name.ValueString()),
		now.Error()+"\n\nThe Batch account was detached outside of Terraform, and the name belongs to that compute now, so the attachment is removed from the state. "+
			"The other compute is not changed. To attach the Batch account again, choose another name.")
}
