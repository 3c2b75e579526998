package azureml

import "context"

// turn is for one at a time, or for as many as the channel holds. Unlike a mutex, it can be
// waited for until a context ends, as is due where the one whose turn it is waits for Azure.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

// take waits, and reports false when the context ended first. Otherwise [turn.give] is
// due.
func (t turn) take(ctx context.Context) bool {
	select {
	case t <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (t turn) give() { <-t }

// taken reports that it is a caller's turn now.
func (t turn) taken() bool { return len(t) > 0 }
