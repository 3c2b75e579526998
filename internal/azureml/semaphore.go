package azureml

import "context"

// turn is for one at a time, or for as many as the channel holds. Unlike a mutex, it can be
// waited for until a context ends, as is due where the one whose turn it is waits for Azure.
type semaphore chan struct{}

func newSemaphore() semaphore { return make(semaphore, 1) }

// take waits, and reports false when the context ended first. Otherwise [turn.give] is
// due.
func (s semaphore) acquire(ctx context.Context) bool {
	select {
	case s <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (s semaphore) release() { <-s }

// taken reports that it is a caller's turn now.
func (s semaphore) held() bool { return len(s) > 0 }
