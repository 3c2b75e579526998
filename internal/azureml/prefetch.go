package azureml

import (
	"context"
	"sync"
)

// Prefetch starts the reads of an attach that do not depend on the name: the list of
// computes, and the workspace's region unless a location is given. The attach waits for
// them, and repeats those that failed. The returned function ends them.
func (w *Workspace) Prefetch(ctx context.Context, name, location string) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	snapshots := &w.cache.snapshots
	writes := snapshots.lastAttach(name) // as of now: the attach may end before the list starts
	var reads sync.WaitGroup
	reads.Go(func() { _, _ = snapshots.share(ctx, w, checkAge, writes) })
	if location == "" {
		reads.Go(func() { _, _ = w.Location(ctx) })
	}
	return func() {
		cancel()
		reads.Wait()
	}
}
