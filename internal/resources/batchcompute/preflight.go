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
	// preflightTime bounds all requests of one preflight. A plan must not hang on it.
	preflightTime = 10 * time.Second
	// preflightReserve is how many reads of the service's limit a preflight leaves to others.
	preflightReserve = 100
)

// preflight remembers what a run need not check.
type preflight struct {
	wanted bool
	// stopped is set once nothing more is to be checked.
	stopped atomic.Bool
	checked sync.Map // what was checked, in lower case
}

// findings are what a preflight found. Whatever is not certain is not among them: a reply
// that was refused, lost or malformed says nothing.
type findings struct {
	noWorkspace, noBatchAccount bool
	// name is what has the compute's name; the zero value when nothing certainly does.
	name azureml.Lookup
	// signIn is why nothing could be checked; nil when the sign-in did not fail.
	signIn error
}

// checkBeforeAttach reads the compute and the Batch account once, where they are known. It
// never fails. It finds nothing when preflight is off, and when this run has checked the same
// already. It stops checking once Azure did not answer (a run with a hundred computes must
// not wait a hundred times), while few reads are left, and once the run has attached
// something: core plans each compute once more in an apply, when a warning comes too late.
// A compute in the state already owns its name.
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
			// The reply tells of a missing workspace too.
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
		found.name = azureml.Lookup{} // as has turned out meanwhile
	}
	for _, err := range []error{ofAccount, ofName} {
		if azureml.IsSignIn(err) {
			found.signIn = err
		}
		if _, noAnswer := errors.AsType[*azureml.NoAnswerError](err); noAnswer || azureml.IsSignIn(err) {
			r.preflight.stopped.Store(true)
		}
	}
	return found
}

// markChecked records that this is being checked. It reports false when it was before, or
// when nothing is to be checked.
func (p *preflight) markChecked(what string) (first bool) {
	if !p.wanted || p.stopped.Load() {
		return false
	}
	_, before := p.checked.LoadOrStore(strings.ToLower(what), true)
	return !before
}

// preflight warns at plan of what would make the attach fail. The state is that of the
// compute that is replaced, with its mark; nil when there is none. What is not known yet, and
// what Azure does not say for certain, is skipped: a plan never fails because of it.
func (r *Resource) preflight(ctx context.Context, config model, state *model, mark string) diag.Diagnostics {
	workspaceID, err := azureml.ParseWorkspaceID(config.WorkspaceID.ValueString())
	if r.run == nil || err != nil {
		return nil
	}
	if state != nil {
		// What is replaced already owns its name, also when core plans once more as if
		// there were no state.
		r.run.claim(state.ID.ValueString(), mark)
	}
	found := r.run.checkBeforeAttach(ctx, workspaceID, config.Name.ValueString(), config.account().ValueString())

	var diags diag.Diagnostics
	if found.signIn != nil {
		diags.AddWarning("The plan could not sign in to Azure", "The apply will fail for the same reason.\n\n"+found.signIn.Error())
	}
	if found.noWorkspace {
		diags.AddAttributeWarning(path.Root("workspace_id"), fmt.Sprintf("The workspace %q is not there", workspaceID.Name),
			fmt.Sprintf("Azure has no workspace %s, or this credential cannot see it. The apply will fail unless it is made before.", workspaceID))
	}
	if found.noBatchAccount {
		diags.AddAttributeWarning(config.accountAttribute(), fmt.Sprintf("The Batch account %q is not there", azureml.BatchAccountName(config.account().ValueString())),
			fmt.Sprintf("Azure has no Batch account %s, or this credential cannot see it. The apply will fail unless it is made before.", config.account().ValueString()))
	}
	taken := func(why string) {
		diags.AddAttributeWarning(path.Root("name"), fmt.Sprintf("The name %q is taken", config.Name.ValueString()),
			"The apply will fail, unless it frees the name before. "+why)
	}
	if found.name.OtherType != nil {
		taken(found.name.OtherType.Error() + " Choose another name.")
	}
	if existing := found.name.Batch; existing != nil {
		if why := config.refuses(existing); why != "" {
			taken(why)
		} else if config.AdoptExisting.ValueBool() {
			diags.Append(staysAdopted(existing, config)...)
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
