package azureml

import (
	"context"
	"sync"
)

// LookAhead begins what an attach of that name will have to know beside whether the name is
// free: the list of computes, and the workspace's region unless a location is given. What
// fails is asked for again by the attach, which waits for what is under way. The function
// that it returns ends it.
func (w *Workspace) LookAhead(ctx context.Context, name, location string) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	snapshot := &w.known.snapshot
	writes := snapshot.attachOf(name) // as of now: the attach may be over before the list is begun
	var looks sync.WaitGroup
	looks.Go(func() { _, _ = snapshot.share(ctx, w, checkAge, writes) })
	if location == "" {
		looks.Go(func() { _, _ = w.Location(ctx) })
	}
	return func() {
		cancel()
		looks.Wait()
	}
}
