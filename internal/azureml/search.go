package azureml

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"sync"
)

// Search says which Batch computes [Client.Find] finds.
type Search struct {
	// Workspace is the only one to search. Zero means those of a subscription.
	Workspace WorkspaceID
	// SubscriptionID is that of the workspaces; empty means the client's own, see
	// [Options]. ResourceGroup leaves only its workspaces; empty means all.
	SubscriptionID, ResourceGroup string
	// BatchAccountID leaves only the attachments of this account; empty means all.
	BatchAccountID string
	// Limit is how many computes are wanted. 0 means all.
	Limit int
}

// Listing is what a search finds in one workspace.
type Listing struct {
	// WorkspaceID is the workspace's id.
	WorkspaceID string
	// Computes are sorted by name. A search with a limit gives those of a page that goes
	// beyond it too.
	Computes []*BatchCompute
	// Incomplete are computes that lack something, see [BatchCompute.Lacks].
	Incomplete []*BatchCompute
	// Shared are the Batch accounts that several of these computes have.
	Shared []*SharedAccount
	// Err is why this workspace could not be listed. It does not concern the others.
	Err error
}

// searchesAtOnce is how many workspaces a search reads at the same time.
const searchesAtOnce = 10

// Find yields the computes of each workspace, in the order of the workspaces' ids, and
// reads several workspaces ahead. Once the loop ends, it sends nothing more. An error ends
// it: no subscription is known, its workspaces cannot be listed, Azure does not reply, or
// the context ends. In a search of a single workspace any error does.
func (c *Client) Find(ctx context.Context, search Search) iter.Seq2[Listing, error] {
	return func(yield func(Listing, error) bool) {
		if search.Workspace != (WorkspaceID{}) {
			listing := c.Workspace(search.Workspace).find(ctx, search)
			if listing.Err != nil {
				listing.Err = fmt.Errorf("workspace %q: %w", search.Workspace.Name, listing.Err)
			}
			yield(listing, listing.Err)
			return
		}
		workspaces, err := c.listWorkspaces(ctx, search)
		if err != nil {
			yield(Listing{}, err)
			return
		}
		c.findInEach(ctx, workspaces, search, yield)
	}
}

// findInEach searches the workspaces, several at the same time, and yields in their order.
func (c *Client) findInEach(ctx context.Context, ids []string, search Search, yield func(Listing, error) bool) {
	searching, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()

	// A search with a limit reads no more workspaces ahead than could be wanted if each
	// had one compute.
	limit := len(ids)
	if search.Limit > 0 {
		limit = min(limit, search.Limit)
	}
	ahead, slots := make(semaphore, limit), make(semaphore, searchesAtOnce)
	listings := make([]chan Listing, len(ids))
	for i := range ids {
		listings[i] = make(chan Listing, 1)
	}
	running.Go(func() {
		for i, id := range ids {
			if !ahead.acquire(searching) || !slots.acquire(searching) {
				listings[i] <- Listing{Err: interrupted(searching, "listing the Batch computes of "+id, nil)}
				continue
			}
			running.Go(func() {
				defer slots.release()
				listings[i] <- c.findIn(searching, id, search)
			})
		}
	})
	for i := range ids {
		listing := <-listings[i]
		if endsSearch(listing.Err) {
			yield(Listing{}, listing.Err)
			return
		}
		if !yield(listing, nil) {
			return
		}
		ahead.release()
	}
}

// endsSearch reports an error that does not concern one workspace alone, or that may be
// over soon: without that workspace, a plan would detach what it has.
func endsSearch(err error) bool {
	_, noReply := errors.AsType[*NoReplyError](err)
	_, interrupted := errors.AsType[*InterruptedError](err)
	e, replied := errors.AsType[*Error](err)
	return noReply || interrupted || IsSignIn(err) || replied && !e.ofWorkspace()
}

// ofWorkspace reports that the service refuses a request because of the workspace, such as
// for lack of a permission. A proxy's reply is not about it, nor is the refusal of a token.
func (e *Error) ofWorkspace() bool {
	switch {
	case e.StatusCode >= 500, e.StatusCode == http.StatusUnauthorized, e.StatusCode == http.StatusRequestTimeout,
		e.StatusCode == http.StatusNotFound && !e.gone():
		return false
	}
	return e.fromService || e.Info.Code != ""
}

// findIn searches a workspace that Azure has listed by this id.
func (c *Client) findIn(ctx context.Context, id string, search Search) Listing {
	workspace, err := ParseWorkspaceID(id)
	if err != nil {
		return Listing{WorkspaceID: id, Err: err}
	}
	return c.Workspace(workspace).find(ctx, search)
}

// find reads the workspace's list, up to the limit. A complete list is shared, see [snapshots].
func (w *Workspace) find(ctx context.Context, search Search) Listing {
	found := Listing{WorkspaceID: w.ID.String()}
	snapshot := w.cache.snapshots.begin()
	var all []*BatchCompute
	whole := true
	for computes, err := range w.pages(ctx) {
		if err != nil {
			found.Err = err
			return found
		}
		all = append(all, computes...)
		for _, compute := range computes {
			found.add(compute, search)
		}
		if search.Limit > 0 && len(found.Computes) >= search.Limit {
			whole = false // there may be more
			break
		}
	}
	if whole {
		snapshot.fill(all)
		w.cache.snapshots.keep(ctx, snapshot)
	}
	slices.SortFunc(found.Computes, func(a, b *BatchCompute) int { return compareFold(a.Name, b.Name) })
	found.Shared = sharedAccounts(found.Computes)
	for _, shared := range found.Shared {
		w.cache.reportOnce(shared)
	}
	return found
}

func (l *Listing) add(compute *BatchCompute, search Search) {
	switch {
	case compute.Lacks() != "":
		l.Incomplete = append(l.Incomplete, compute)
	case search.BatchAccountID == "" || EqualIDs(compute.ClusterResourceID, search.BatchAccountID):
		l.Computes = append(l.Computes, compute)
	}
}
