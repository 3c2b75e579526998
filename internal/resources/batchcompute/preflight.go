package batchcompute

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// preflight warns at plan of what the attach would stumble over. The state is that of
// the compute that is replaced, with its mark; nil when there is none. What is not known yet, and
// what Azure does not say for certain, is passed over: a plan never fails by it.
func (r *Resource) preflight(ctx context.Context, config model, state *model, mark string) diag.Diagnostics {
	workspaceID, err := azureml.ParseWorkspaceID(config.WorkspaceID.ValueString())
	if r.client == nil || err != nil {
		return nil
	}
	if state != nil {
		// What is replaced already owns its name, also when core plans once more as if
		// there were no state.
		if before, err := r.workspace(*state); err == nil {
			before.Claim(state.Name.ValueString(), mark)
		}
	}
	found := r.client.Workspace(workspaceID).Preflight(ctx, config.Name.ValueString(), config.account().ValueString())

	var diags diag.Diagnostics
	if found.SignIn != nil {
		diags.AddWarning("The plan could not sign in to Azure", "The apply will fail for the same reason.\n\n"+found.SignIn.Error())
	}
	if found.NoWorkspace {
		diags.AddAttributeWarning(path.Root("workspace_id"), fmt.Sprintf("The workspace %q is not there", workspaceID.Name),
			fmt.Sprintf("Azure has no workspace %s, or this credential cannot see it. The apply will fail unless it is made before.", workspaceID))
	}
	if found.NoBatchAccount {
		diags.AddAttributeWarning(config.accountAttribute(), fmt.Sprintf("The Batch account %q is not there", azureml.BatchAccountName(config.account().ValueString())),
			fmt.Sprintf("Azure has no Batch account %s, or this credential cannot see it. The apply will fail unless it is made before.", config.account().ValueString()))
	}
	taken := func(why string) {
		diags.AddAttributeWarning(path.Root("name"), fmt.Sprintf("The name %q is taken", config.Name.ValueString()),
			"The apply will fail, unless it frees the name before. "+why)
	}
	if found.OtherType != nil {
		taken(found.OtherType.Error() + " Choose another name.")
	}
	if found.Existing != nil {
		if why := config.refuses(found.Existing); why != "" {
			taken(why)
		} else if config.AdoptExisting.ValueBool() {
			diags.Append(staysAdopted(found.Existing, config)...)
		}
	}
	return diags
}

// accountAttribute is the one that the configuration gives the Batch account by.
func (m *model) accountAttribute() path.Path {
	if m.BatchAccountID.IsNull() {
		return path.Root("batch_account_name")
	}
	return path.Root("batch_account_id")
}

// refuses says why an apply of the configuration would not take the compute over; empty
// when it would, or when that depends on what is not known yet.
func (m *model) refuses(existing *azureml.BatchCompute) string {
	account := m.account()
	switch {
	case m.AdoptExisting.IsUnknown(), existing.Deleting(): // an apply waits for the end of a detach
		return ""
	case !m.AdoptExisting.ValueBool() || existing.Failed() || existing.ClusterResourceID == "":
		return inTheWay(&azureml.ExistsError{Found: azureml.Lookup{Batch: existing}}, account)
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
