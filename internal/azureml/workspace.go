package azureml

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
)

// Workspace is an Azure Machine Learning workspace and its computes.
type Workspace struct {
	ID WorkspaceID

	client *Client
	cache  *workspaceCache
}

// workspaceCache is what a client remembers of one workspace, in whatever letter case its
// id is given.
type workspaceCache struct {
	snapshots snapshots
	// shared are the Batch accounts, in lower case, that were reported to be shared: a
	// hundred reads must not repeat it.
	shared sync.Map
	// locationLock guards location; its holder may read it from the service.
	locationLock semaphore
	location     string
}

func newWorkspaceCache() *workspaceCache {
	return &workspaceCache{snapshots: snapshots{lock: newSemaphore()}, locationLock: newSemaphore()}
}

// reportOnce returns the shared account the first time, and nil after that.
func (c *workspaceCache) reportOnce(shared *SharedAccount) *SharedAccount {
	if shared == nil {
		return nil
	}
	if _, old := c.shared.LoadOrStore(strings.ToLower(shared.Computes[0].ClusterResourceID), true); old {
		return nil
	}
	return shared
}

// computePath is a compute's address below the Resource Manager endpoint.
func (w *Workspace) computePath(name string) string {
	return w.ID.path() + "/computes/" + url.PathEscape(name)
}

// Location is the workspace's region. It is read once in the life of a client, since a
// workspace cannot move. Concurrent callers share one request, and a failed one is
// repeated.
func (w *Workspace) Location(ctx context.Context) (string, error) {
	cache := w.cache
	if !cache.locationLock.acquire(ctx) {
		return "", interrupted(ctx, "reading the region of workspace "+w.ID.Name, nil)
	}
	defer cache.locationLock.release()
	if cache.location != "" {
		return cache.location, nil
	}
	document, response, err := w.client.get(ctx, w.client.resourceURL(w.ID.path()))
	if err != nil {
		return "", err
	}
	location := stringOf(document["location"])
	if location == "" {
		return "", malformed(response, errors.New("the workspace has no location")).quoting(document)
	}
	cache.location = location
	return location, nil
}
