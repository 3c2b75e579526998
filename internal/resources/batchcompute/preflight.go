package batchcompute

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

const (
	// preflightTime limits all requests of one preflight together, so that a plan does not hang.
	preflightTime = 10 * time.Second
	// preflightReserve is how many reads of the service's budget a preflight leaves for others.
	preflightReserve = 100
)

// preflight records what a run does not have to check again.
type preflight struct {
	wanted bool
	// stopped is set once the rest of the run is not checked.
	stopped atomic.Bool
	checked sync.Map // what was checked, in lower case
}

// findings are the certain results of a preflight. A reply that was refused, lost or
// malformed proves nothing.
type findings struct {
	noWorkspace, noBatchAccount bool
	// name is what has the compute's name. It is the zero value if the name may be free.
	name azureml.Lookup
	// signIn is the error of a failed sign-in, without which nothing can be checked.
	signIn error
}

// checkBeforeAttach reads the compute and the Batch account once, if they are known. It never
// fails. It finds nothing if preflight is off, or if this run has already checked the same. It
// stops checking once Azure does not reply (a run with a hundred computes must not wait a
// hundred times), while few reads are left, and once the run has attached something: core
// plans each compute again in an apply, where a warning is too late. A compute in the state
// already owns its name.
func (r *Run) checkBeforeAttach(ctx context.Context, workspace azureml.WorkspaceID, name, account string) findings {
	id := workspace.ComputeID(name)
	if r.client.ReadsLeft() < preflightReserve || !r.preflight.markChecked(id+" "+account) {
		return findings{}
	}
	ctx, cancel := context.WithTimeout(ctx, preflightTime)
	defer cancel()
	var found findings
	var ofName, ofAccount error
	var checks sync.WaitGroup
	if name != "" && !r.isInState(id) {
		checks.Go(func() {
			// The reply also shows that the workspace is missing.
			found.name, ofName = r.client.Workspace(workspace).LookUpOnce(ctx, name)
			found.noWorkspace = found.name.WorkspaceGone()
		})
	}
	if id, err := azureml.ParseBatchAccountID(account); err == nil {
		checks.Go(func() {
			var exists bool
			exists, ofAccount = r.client.BatchAccountExists(ctx, id)
			found.noBatchAccount = ofAccount == nil && !exists
		})
	}
	checks.Wait()
	if r.isInState(id) {
		found.name = azureml.Lookup{} // the state has it after all
	}
	for _, err := range []error{ofAccount, ofName} {
		if azureml.IsSignIn(err) {
			found.signIn = err
		}
		if _, noReply := errors.AsType[*azureml.NoReplyError](err); noReply || azureml.IsSignIn(err) {
			r.preflight.stopped.Store(true)
		}
	}
	return found
}

// markChecked records a check. It reports false if the check was recorded before, or if
// checks are off.
func (p *preflight) markChecked(what string) (first bool) {
	if !p.wanted || p.stopped.Load() {
		return false
	}
	_, before := p.checked.LoadOrStore(strings.ToLower(what), true)
	return !before
}

// preflight warns in the plan about what would make the attach fail. The state and the mark
// are those of the compute that is replaced; the state is nil if there is none. Unknown values
// and uncertain replies are skipped: a plan never fails because of a preflight.
func (r *Resource) preflight(ctx context.Context, config model, state *model, mark string) diag.Diagnostics {
	workspaceID, err := azureml.ParseWorkspaceID(config.WorkspaceID.ValueString())
	if r.run == nil || err != nil {
		return nil
	}
	if state != nil {
		// The compute that is replaced already owns its name, even if core plans again
		// without its state.
		r.run.claim(state.ID.ValueString(), mark)
	}
	found := r.run.checkBeforeAttach(ctx, workspaceID, config.Name.ValueString(), config.account().ValueString())

	var diags diag.Diagnostics
	if found.signIn != nil {
		diags.AddWarning("The plan could not sign in to Azure", "The apply will fail for the same reason.\n\n"+found.signIn.Error())
	}
	if found.noWorkspace {
		diags.AddAttributeWarning(path.Root("workspace_id"), fmt.Sprintf("The workspace %q was not found", workspaceID.Name),
			fmt.Sprintf("Azure has no workspace %s, or this credential cannot see it. The apply will fail unless the workspace is created first.", workspaceID))
	}
	if found.noBatchAccount {
		diags.AddAttributeWarning(config.accountAttribute(), fmt.Sprintf("The Batch account %q was not found", azureml.NameOf(config.account().ValueString())),
			fmt.Sprintf("Azure has no Batch account %s, or this credential cannot see it. The apply will fail unless the account is created first.", config.account().ValueString()))
	}
	taken := func(why string) {
		diags.AddAttributeWarning(path.Root("name"), fmt.Sprintf("The name %q is taken", config.Name.ValueString()),
			"The apply will fail unless it frees the name first. "+why)
	}
	if found.name.OtherType != nil {
		taken(found.name.OtherType.Error() + " Choose another name.")
	}
	if existing := found.name.Batch; existing != nil {
		if why := config.refuses(existing); why != "" {
			taken(why)
		} else if config.AdoptExisting.ValueBool() {
			diags.Append(notInAzureAfterAdopting(existing, config)...)
		}
	}
	return diags
}

// accountAttribute is the attribute that a warning about the Batch account refers to.
func (m *model) accountAttribute() path.Path {
	if m.BatchAccountID.IsNull() {
		return path.Root("batch_account_name")
	}
	return path.Root("batch_account_id")
}

// refuses explains why an apply would not adopt the compute. It is empty if an apply would
// adopt it, or if that depends on unknown values.
func (m *model) refuses(existing *azureml.BatchCompute) string {
	account := m.account()
	switch {
	case m.AdoptExisting.IsUnknown(), existing.Deleting(): // an apply waits for the end of a detach
		return ""
	case !m.AdoptExisting.ValueBool() || existing.Failed() || existing.ClusterResourceID == "":
		return nameTaken(&azureml.ExistsError{Found: azureml.Lookup{Batch: existing}}, account)
	case account.IsUnknown():
		return ""
	}
	if err := m.sameSettings(existing); err != nil {
		return err.Error()
	}
	return ""
}
