package azureml

import (
	"context"
	"errors"
	"net/url"
	"sync"
)

// Workspace is an Azure Machine Learning workspace, seen as the place of computes.
type Workspace struct {
	ID WorkspaceID

	client *Client
	known  *known
}

// known is what a client knows of one workspace, whoever asks and in whatever letter case.
type known struct {
	location location
	snapshot snapshot
}

// computePath is a compute's address below the Resource Manager endpoint.
func (w *Workspace) computePath(name string) string {
	return w.ID.path() + "/computes/" + url.PathEscape(name)
}

// Location is the workspace's region. It is asked for once in the life of a client,
// since a workspace cannot move.
func (w *Workspace) Location(ctx context.Context) (string, error) {
	return w.known.location.get(func() (string, error) {
		document, response, err := w.client.get(ctx, w.client.address(w.ID.path()))
		if err != nil {
			return "", err
		}
		location, ok := document["location"].(string)
		if !ok || location == "" {
			return "", malformed(response, errors.New("the workspace has no location"))
		}
		return location, nil
	})
}

// location remembers a region.
type location struct {
	mutex sync.Mutex
	name  string
}

// get gives the remembered region, or asks for it; of many at once, one does. What
// failed is asked for again.
func (l *location) get(ask func() (string, error)) (string, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.name != "" {
		return l.name, nil
	}
	name, err := ask()
	if err == nil {
		l.name = name
	}
	return name, err
}
