package azureml

import (
	"context"
	"net/http"
	"time"
)

// Polling says how often the end of a long-running operation is asked for. The
// service itself does not say (it sends no Retry-After), so the pause follows the
// time already spent: asking costs little next to it, and the end is noticed within
// a quarter of the operation's time. Zero values mean the defaults.
type Polling struct {
	// First is the pause before the first question. Default 1 s.
	First time.Duration
	// Longest is the longest pause. Default 10 s.
	Longest time.Duration
	// Lag is for how long a region of Resource Manager may not know yet of a change
	// that another one made. Default 2 min.
	Lag time.Duration
}

func (p Polling) withDefaults() Polling {
	defaults := Polling{First: time.Second, Longest: 10 * time.Second, Lag: 2 * time.Minute}
	if p.First > 0 {
		defaults.First = p.First
	}
	if p.Longest > 0 {
		defaults.Longest = p.Longest
	}
	if p.Lag > 0 {
		defaults.Lag = p.Lag
	}
	return defaults
}

// maxPollAfter bounds the Retry-After of a status.
const maxPollAfter = time.Minute

// ticker paces the questions about one operation.
type ticker struct {
	polling Polling
	pause   time.Duration
}

// wait lets the pause go by that the last reply asks for, or else the next one of
// its own. It reports false when the context ended first.
func (t *ticker) wait(ctx context.Context, last http.Header) bool {
	if after, ok := retryAfter(last, maxPollAfter); ok {
		return sleep(ctx, after)
	}
	if t.pause == 0 {
		t.pause = t.polling.First
	} else {
		t.pause = min(t.pause+t.pause/4, t.polling.Longest)
	}
	return sleep(ctx, t.pause)
}
