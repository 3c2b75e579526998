package azureml

import "context"

// semaphore admits as many holders as the channel holds. Unlike a mutex, it stops waiting
// when a context ends: its holder may be waiting for Azure.
type semaphore chan struct{}

func newSemaphore() semaphore { return make(semaphore, 1) }

// acquire waits, and reports false when the context ended first. Otherwise the caller must
// call [semaphore.release].
func (s semaphore) acquire(ctx context.Context) bool {
	select {
	case s <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (s semaphore) release() { <-s }

// held reports that there is a holder now.
func (s semaphore) held() bool { return len(s) > 0 }
