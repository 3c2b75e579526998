package azureml

import (
	"context"
	"fmt"
	"strings"
	"sync"
)

// ownership keeps the operations of one client apart: a client serves one run, in which
// several resources may turn out to be the same compute. An operation holds a compute's
// name from its first read to its end, and what this run has attached or adopted belongs
// to the resource that did so.
type ownership struct {
	mutex sync.Mutex
	names map[string]*ownedName // by compute id, in lower case
}

// ownedName is the name of a compute that operations of this run share.
type ownedName struct {
	lock semaphore
	id   string
	// workspace is its id in lower case.
	workspace string
	// account is the Batch account of the resource of this run that owns the name; empty
	// while none does.
	account string
}

func (o *ownership) name(workspace WorkspaceID, name string) *ownedName {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	id := workspace.ComputeID(name)
	key := strings.ToLower(id)
	if o.names == nil {
		o.names = map[string]*ownedName{}
	}
	if o.names[key] == nil {
		o.names[key] = &ownedName{lock: newSemaphore(), id: id, workspace: strings.ToLower(workspace.String())}
	}
	return o.names[key]
}

// Hold is one operation's hold on the name of a compute. While it lasts, no other
// operation of this client attaches, adopts or detaches a compute of that name.
type Hold struct {
	workspace *Workspace
	name      string
	owned     *ownedName
}

// Hold waits until no other operation of this client holds the name. The caller must call
// [Hold.Release]. The only error is an [InterruptedError].
func (w *Workspace) Hold(ctx context.Context, name string) (*Hold, error) {
	owned := w.client.ownership.name(w.ID, name)
	if !owned.lock.acquire(ctx) {
		return nil, interrupted(ctx, fmt.Sprintf("waiting for another operation of this run on compute %q", name), nil)
	}
	return &Hold{w, name, owned}, nil
}

// Release lets the next operation have the name.
func (h *Hold) Release() { h.owned.lock.release() }

// Owned reports that a resource of this run has attached or adopted the compute.
func (h *Hold) Owned() bool {
	o := &h.workspace.client.ownership
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return h.owned.account != ""
}

// Own gives the name and a Batch account to one resource of this run. It is an
// [OwnedError] when another resource owns the name, and a [SecondAttachmentError] when
// another name has the account: neither may be in the service's list yet.
func (h *Hold) Own(account string) error {
	o := &h.workspace.client.ownership
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if h.owned.account != "" {
		return &OwnedError{ID: h.owned.id, BatchAccountID: h.owned.account, Wanted: account}
	}
	for _, other := range o.names {
		if other.workspace == h.owned.workspace && EqualIDs(other.account, account) {
			return &SecondAttachmentError{BatchAccountID: account, ByID: other.id, SameRun: true}
		}
	}
	h.owned.account = account
	return nil
}

// Disown takes [Hold.Own] back: nothing was attached or adopted.
func (h *Hold) Disown() {
	o := &h.workspace.client.ownership
	o.mutex.Lock()
	defer o.mutex.Unlock()
	h.owned.account = ""
}

// awaitDetach waits for this run's own detach of a compute. It reports false when there is none.
func (w *Workspace) awaitDetach(ctx context.Context, name string) (bool, error) {
	owned := w.client.ownership.name(w.ID, name)
	w.client.ownership.mutex.Lock()
	detaching := owned.lock.held() && owned.account == ""
	w.client.ownership.mutex.Unlock()
	if !detaching {
		return false, nil
	}
	hold, err := w.Hold(ctx, name)
	if err != nil {
		return false, err
	}
	hold.Release()
	return true, nil
}

// OwnedError reports that another resource of the same run has attached or adopted the
// compute.
type OwnedError struct {
	// ID is the compute's.
	ID string
	// BatchAccountID is the account of the compute, and Wanted that of the second resource.
	BatchAccountID, Wanted string
}

func (e *OwnedError) Error() string {
	return fmt.Sprintf("Another resource of this run has attached or adopted compute %s:\n"+
		"  that resource's Batch account  %s\n  this resource's Batch account  %s", e.ID, e.BatchAccountID, e.Wanted)
}
