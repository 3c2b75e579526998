package batchcompute

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// preflight warns at plan of what the attach would stumble over. The state is that of
// the compute that is replaced; nil when there is none. What is not known yet, and
// what Azure does not say for certain, is passed over: a plan never fails by it.
func (r *Resource) preflight(ctx context.Context, config model, state *model) diag.Diagnostics {
	workspaceID, err := azureml.ParseWorkspaceID(config.WorkspaceID.ValueString())
	if r.client == nil || err != nil {
		return nil
	}
	if state != nil {
		// What is replaced has its name by right, also when core plans once more as if
		// there were no state.
		if before, err := azureml.ParseWorkspaceID(state.WorkspaceID.ValueString()); err == nil {
			r.client.Workspace(before).Meet(state.Name.ValueString())
		}
	}
	found := r.client.Workspace(workspaceID).Preflight(ctx, config.Name.ValueString(), config.account().ValueString())

	var diags diag.Diagnostics
	if found.SignIn != nil {
		diags.AddWarning("The plan could not sign in to Azure", "The apply will fail for the same reason.\n\n"+found.SignIn.Error())
	}
	if found.NoWorkspace {
		diags.AddAttributeWarning(path.Root("workspace_id"), "The workspace is not there",
			fmt.Sprintf("Azure has no workspace %s, or this credential cannot see it. The apply will fail unless it is made before.", workspaceID))
	}
	if found.NoBatchAccount {
		diags.AddAttributeWarning(path.Root("batch_account_id"), "The Batch account is not there",
			fmt.Sprintf("Azure has no Batch account %s, or this credential cannot see it. The apply will fail unless it is made before.", config.account().ValueString()))
	}
	if found.OtherType != nil {
		diags.AddAttributeWarning(path.Root("name"), "The name is taken",
			found.OtherType.Error()+" The apply will fail. Choose another name.")
	}
	if found.Existing != nil {
		if why := config.refuses(found.Existing); why != "" {
			diags.AddAttributeWarning(path.Root("name"), "The name is taken", "The apply will fail. "+why)
		}
	}
	return diags
}

// refuses says why an apply of the configuration would not take the compute over; empty
// when it would, or when that depends on what is not known yet.
func (m *model) refuses(existing *azureml.BatchCompute) string {
	account := m.account()
	switch {
	case m.AdoptExisting.IsUnknown(), existing.ProvisioningState == azureml.StateDeleting: // an apply waits for the end of a detach
		return ""
	case !m.AdoptExisting.ValueBool() || existing.Failed():
		return inTheWay(existing.Exists(), account)
	case account.IsUnknown():
		return ""
	case !azureml.EqualIDs(existing.ClusterResourceID, account.ValueString()):
		return (&otherAccountError{existing, account.ValueString()}).Error()
	}
	if differences := m.differencesFrom(existing); len(differences) > 0 {
		return (&differsError{existing, differences}).Error()
	}
	return ""
}
