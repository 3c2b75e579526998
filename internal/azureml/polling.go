package azureml

import (
	"context"
	"net/http"
	"time"
)

// Polling says how often the status of a long-running operation is polled. The service
// itself does not say (it sends no Retry-After). After the first poll the interval is a
// thirtieth of the time gone by, so that the end of an operation is noticed within a
// thirtieth of its time, unless it is short; it grows as the service's read budget
// shrinks. Zero values mean the defaults.
type Polling struct {
	// First is the time before the first poll, and twice the shortest interval. Default 1 s.
	First time.Duration
	// Longest is the longest interval while there are reads to spare. Default 5 s.
	Longest time.Duration
	// Lag is for how long a region of Resource Manager may not know yet of a change
	// that another one made. Default 2 min.
	Lag time.Duration
}

func (p Polling) withDefaults() Polling {
	defaults := Polling{First: time.Second, Longest: 5 * time.Second, Lag: 2 * time.Minute}
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

// pacer paces the polls of one operation.
type pacer struct {
	polling Polling
	budget  *readBudget

	began time.Time
	polls int
	// sent is when the last poll was due, which is when it was sent.
	sent time.Time
}

func (c *Client) newPacer() *pacer {
	now := time.Now()
	return &pacer{polling: c.polling, budget: &c.reads, began: now, sent: now}
}

// wait sleeps for Retry-After, or else until the next poll is due. It reports false when
// the context ended first.
func (p *pacer) wait(ctx context.Context, last http.Header) bool {
	pause, ok := retryAfter(last, maxPollAfter)
	if !ok {
		// A poll's own time is part of the interval, but even a slow service gets a pause.
		pause = max(p.interval()-time.Since(p.sent), p.polling.First/10)
	}
	inTime := sleep(ctx, pause)
	p.polls++
	p.sent = time.Now()
	return inTime
}

func (p *pacer) interval() time.Duration {
	if p.polls == 0 {
		return p.polling.First
	}
	interval := min(max(time.Since(p.began)/30, p.polling.First/2), p.polling.Longest)
	return time.Duration(float64(interval) * p.budget.stretch())
}
