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
}

// computePath is a compute's address below the Resource Manager endpoint.
func (w *Workspace) computePath(name string) string {
	return w.ID.path() + "/computes/" + url.PathEscape(name)
}

// Location is the workspace's region. It is asked for once in the life of a client,
// since a workspace cannot move.
func (w *Workspace) Location(ctx context.Context) (string, error) {
	return w.client.locations.of(w.ID, func() (string, error) {
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

// locations remembers the region of each workspace.
type locations struct {
	mutex sync.Mutex
	known map[string]*location
}

type location struct {
	mutex sync.Mutex
	name  string
}

// of gives the remembered region, or asks for it; of many that ask for the same
// workspace at once, one does. What failed is asked for again.
func (l *locations) of(workspace WorkspaceID, ask func() (string, error)) (string, error) {
	key := strings.ToLower(workspace.String())
	l.mutex.Lock()
	if l.known == nil {
		l.known = map[string]*location{}
	}
	if l.known[key] == nil {
		l.known[key] = &location{}
	}
	entry := l.known[key]
	l.mutex.Unlock()

	entry.mutex.Lock()
	defer entry.mutex.Unlock()
	if entry.name != "" {
		return entry.name, nil
	}
	name, err := ask()
	if err == nil {
		entry.name = name
	}
	return name, err
}
