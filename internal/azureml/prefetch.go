package azureml

import (
	"context"
	"sync"
)

// Prefetch begins what an attach of that name will have to know beside whether the name is
// free: the list of computes, and the workspace's region unless a location is given. What
// fails is asked for again by the attach, which waits for what is under way. The function
// that it returns ends it.
func (w *Workspace) Prefetch(ctx context.Context, name, location string) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	snapshot := &w.cache.snapshot
	writes := snapshot.lastAttach(name) // as of now: the attach may be over before the list is begun
	var reads sync.WaitGroup
	reads.Go(func() { _, _ = snapshot.share(ctx, w, checkAge, writes) })
	if location == "" {
		reads.Go(func() { _, _ = w.Location(ctx) })
	}
	return func() {
		cancel()
		reads.Wait()
	}
}
