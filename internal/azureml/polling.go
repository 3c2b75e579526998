package azureml

import (
	"context"
	"net/http"
	"time"
)

// Polling says how often the end of a long-running operation is asked for. The
// service itself does not say (it sends no Retry-After), so after two fixed pauses the
// pause follows the time already spent: the end of all but the shortest operations is
// noticed within an eighth of their time, and one of two seconds takes two questions. Zero values
// mean the defaults.
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
	asked   int
	elapsed time.Duration // the sum of the pauses so far
}

// wait lets the pause go by that the last reply asks for, or else the next one of its
// own. It reports false when the context ended first.
func (t *ticker) wait(ctx context.Context, last http.Header) bool {
	pause, ok := retryAfter(last, maxPollAfter)
	if !ok {
		pause = t.next()
	}
	t.asked++
	t.elapsed += pause
	return sleep(ctx, pause)
}

func (t *ticker) next() time.Duration {
	switch t.asked {
	case 0:
		return t.polling.First
	case 1:
		return t.polling.First + t.polling.First/4
	}
	return min(max(t.elapsed/8, t.polling.First/2), t.polling.Longest)
}
