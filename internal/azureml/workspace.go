package azureml

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
)

// Workspace is an Azure Machine Learning workspace, seen as the place of computes.
type Workspace struct {
	ID WorkspaceID

	client *Client
	cache  *workspaceCache
}

// workspaceCache is what a client knows of one workspace, whoever asks and in whatever letter case.
type workspaceCache struct {
	snapshot snapshot
	// shared are the Batch accounts, in lower case, of which a caller knows that several
	// computes have them: a plan of a hundred computes should not repeat it.
	shared sync.Map
	// locationLock is for who may look at the location, and ask for it.
	locationLock semaphore
	location     string
}

func newWorkspaceCache() *workspaceCache {
	return &workspaceCache{snapshot: snapshot{lock: newSemaphore()}, locationLock: newSemaphore()}
}

// reportOnce is the shared account the first time that this client finds it, and nil after that.
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

// Location is the workspace's region. It is asked for once in the life of a client,
// since a workspace cannot move; of many at once, one asks. What failed is asked for again.
func (w *Workspace) Location(ctx context.Context) (string, error) {
	cache := w.cache
	if !cache.locationLock.acquire(ctx) {
		return "", interrupted(ctx, "asking Azure for the region of workspace "+w.ID.Name, nil)
	}
	defer cache.locationLock.release()
	if cache.location != "" {
		return cache.location, nil
	}
	document, response, err := w.client.get(ctx, w.client.resourceURL(w.ID.path()))
	if err != nil {
		return "", err
	}
	location, ok := document["location"].(string)
	if !ok || location == "" {
		return "", malformed(response, errors.New("the workspace has no location"))
	}
	cache.location = location
	return location, nil
}
