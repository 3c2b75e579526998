package azureml

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// SecondAttachmentError reports that the Batch account is attached to the workspace
// already, under another name. Azure's documentation: each new attachment breaks the
// earlier ones.
type SecondAttachmentError struct {
	BatchAccountID string
	// ByID is the id of the compute that has the account.
	ByID string
	// SameRun is set when another resource of this run has attached it or is attaching it.
	SameRun bool
	// Failed is set when the attach of that compute failed.
	Failed bool
}

func (e *SecondAttachmentError) Error() string {
	name := NameOf(e.ByID)
	where := fmt.Sprintf("The Batch account %s is already attached to this workspace, as compute %q (%s).", e.BatchAccountID, name, e.ByID)
	if e.SameRun {
		where = fmt.Sprintf("The Batch account %s is being attached to this workspace as compute %q in this same run.", e.BatchAccountID, name)
	}
	return paragraphs(where, "Each new attachment of a Batch account breaks the earlier one, so the provider refuses a second one.")
}

// checkAge is how old the list may be in which an attach finds no conflict. What this
// client attaches meanwhile is in [ownership].
const checkAge = 5 * time.Second

// refuseSecondAttachment checks the workspace's computes for another one on the same
// Batch account. One that is being detached is waited for. It checks the name as well: a
// region of Resource Manager may have said that it is free when it is not. Callers
// without permission to list skip the check: the rights to attach do not include it.
//
// Many attaches share a list that has no conflict, taken after this client last attached
// a compute of the name. Any conflict triggers a fresh list.
func (w *Workspace) refuseSecondAttachment(ctx context.Context, account, name string) error {
	conflicts := func(other *BatchCompute) bool {
		return strings.EqualFold(other.Name, name) || other.Lacks() == "" && EqualIDs(other.ClusterResourceID, account)
	}
	recent, err := w.cache.snapshots.share(ctx, w, checkAge, w.cache.snapshots.lastAttach(name))
	switch {
	case err != nil:
		return err
	case isForbidden(recent.err), recent.err == nil && !slices.ContainsFunc(slices.Collect(maps.Values(recent.computes)), conflicts):
		return nil
	}
	for other, err := range w.BatchComputes(ctx) {
		switch {
		case isForbidden(err):
			return nil
		case err != nil:
			return err
		case !conflicts(other):
			continue
		}
		if err := w.resolve(ctx, other, name); err != nil {
			return err
		}
	}
	return nil
}

// resolve waits for a conflicting compute that is being detached, by anyone, and refuses
// any other one.
func (w *Workspace) resolve(ctx context.Context, other *BatchCompute, name string) error {
	sameName := strings.EqualFold(other.Name, name)
	if !sameName && !other.Deleting() {
		waited, err := w.awaitDetach(ctx, other.Name)
		if err != nil {
			return err
		}
		if waited {
			found, err := w.LookUp(ctx, other.Name)
			if err != nil {
				return err
			}
			if other.goneFrom(found) {
				return nil
			}
			other = found.Batch
		}
	}
	switch {
	case other.Deleting():
		found, err := other.WaitUntilFree(ctx)
		if sameName && (found.Batch != nil || found.OtherType != nil) {
			return &ExistsError{found}
		}
		return err
	case sameName:
		return &ExistsError{Lookup{Batch: other}}
	}
	return &SecondAttachmentError{BatchAccountID: other.ClusterResourceID, ByID: other.ID, Failed: other.Failed()}
}
