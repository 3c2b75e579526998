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
	workspace := r.client.Workspace(workspaceID)
	if state != nil {
		// What is replaced has its name by right, also when core plans once more as if
		// there were no state.
		workspace.Meet(state.Name.ValueString())
	}
	found := workspace.Preflight(ctx, config.Name.ValueString(), config.account().ValueString())

	var diags diag.Diagnostics
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
	if found.Existing != nil && !config.adopts(found.Existing) {
		diags.AddAttributeWarning(path.Root("name"), "The name is taken",
			"The apply will fail. "+inTheWay(found.Existing.Exists(), model{BatchAccountID: config.account()}))
	}
	return diags
}

// adopts reports that an apply of the configuration takes the compute over.
func (m *model) adopts(existing *azureml.BatchCompute) bool {
	return m.AdoptExisting.ValueBool() && !existing.Failed() && azureml.EqualIDs(existing.ClusterResourceID, m.account().ValueString())
}
