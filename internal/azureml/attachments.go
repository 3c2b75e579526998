package azureml

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// attachments remembers which compute this process attaches a Batch account as, so
// that two attaches of one account that run side by side do not overlook each other:
// neither is in the service's list yet.
type attachments struct {
	mutex sync.Mutex
	names map[string]string // by workspace and account, in lower case
	ids   sync.Map          // of the computes that an attach was begun of, in lower case
}

// again reports that an attach of this compute was begun before.
func (a *attachments) again(computeID string) bool {
	_, again := a.ids.LoadOrStore(strings.ToLower(computeID), true)
	return again
}

func attachmentKey(workspace WorkspaceID, account string) string {
	return strings.ToLower(workspace.String() + " " + account)
}

// reserve takes the account for a name; a [SecondAttachmentError] says that another
// name has it.
func (a *attachments) reserve(workspace WorkspaceID, account, name string) error {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	key := attachmentKey(workspace, account)
	if holder, ok := a.names[key]; ok && !strings.EqualFold(holder, name) {
		return &SecondAttachmentError{BatchAccountID: account, ByName: holder, ByID: workspace.ComputeID(holder), SameRun: true}
	}
	if a.names == nil {
		a.names = map[string]string{}
	}
	a.names[key] = name
	return nil
}

func (a *attachments) release(workspace WorkspaceID, account, name string) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	key := attachmentKey(workspace, account)
	if strings.EqualFold(a.names[key], name) {
		delete(a.names, key)
	}
}

// checkAge is how old a list may be that clears an account for an attach. What this
// process attaches meanwhile is in [attachments].
const checkAge = 5 * time.Second

// refuseSecondAttachment looks through the workspace's computes for another one on
// the same Batch account. One that is being detached is waited for. It looks for the
// name as well: a region of Resource Manager may have said that it is free when it is
// not. Who may not list gets no check: the rights to attach do not include it.
//
// Many attaches share a list to find nothing in. It is looked anew where one finds
// something, where there is no list, and for what this process has attached before, of
// which the list may be too old to know.
func (w *Workspace) refuseSecondAttachment(ctx context.Context, account, name string) error {
	inTheWay := func(other *BatchCompute) bool {
		return strings.EqualFold(other.Name, name) || EqualIDs(other.ClusterResourceID, account)
	}
	if !w.client.attachments.again(w.ID.ComputeID(name)) {
		recent, err := w.known.snapshot.share(ctx, w, checkAge, 0)
		switch {
		case err != nil:
			return err
		case IsForbidden(recent.err), recent.err == nil && !slices.ContainsFunc(slices.Collect(maps.Values(recent.computes)), inTheWay):
			return nil
		}
	}
	for other, err := range w.BatchComputes(ctx) {
		switch {
		case IsForbidden(err):
			return nil
		case err != nil:
			return err
		case !inTheWay(other):
			continue
		case other.Deleting():
		case strings.EqualFold(other.Name, name):
			return &ExistsError{Lookup{Batch: other}}
		default:
			return &SecondAttachmentError{BatchAccountID: account, ByName: other.Name, ByID: other.ID}
		}
		if err := other.WaitUntilFree(ctx); err != nil {
			return err
		}
	}
	return nil
}
