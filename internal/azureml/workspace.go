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
	known  *known
}

// known is what a client knows of one workspace, whoever asks and in whatever letter case.
type known struct {
	snapshot snapshot
	// shared are the Batch accounts, in lower case, of which a caller knows that several
	// computes have them: a plan of a hundred computes should not repeat it.
	shared sync.Map
	// locating is for who may look at the location, and ask for it.
	locating turn
	location string
}

func newKnown() *known {
	return &known{snapshot: snapshot{turn: newTurn()}, locating: newTurn()}
}

// news is the shared account the first time that this client finds it, and nil after that.
func (k *known) news(shared *SharedAccount) *SharedAccount {
	if shared == nil {
		return nil
	}
	if _, old := k.shared.LoadOrStore(strings.ToLower(shared.Computes[0].ClusterResourceID), true); old {
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
	known := w.known
	if !known.locating.take(ctx) {
		return "", interrupted(ctx, "asking Azure for the region of workspace "+w.ID.Name, nil)
	}
	defer known.locating.give()
	if known.location != "" {
		return known.location, nil
	}
	document, response, err := w.client.get(ctx, w.client.address(w.ID.path()))
	if err != nil {
		return "", err
	}
	location, ok := document["location"].(string)
	if !ok || location == "" {
		return "", malformed(response, errors.New("the workspace has no location"))
	}
	known.location = location
	return location, nil
}
