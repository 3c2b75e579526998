package azureml

import (
	"net/http"
	"strconv"
	"sync/atomic"
)

// readBudget is how many reads Resource Manager says are left of its limit: a burst of 250
// for a subscription and principal, and 25 more each second.
type readBudget struct {
	// used is the burst less what is left, so that the zero value is a full budget.
	used atomic.Int64
}

const readBurst = 250

// see takes down what a reply says.
func (b *readBudget) see(reply *http.Response) {
	if reply.StatusCode == http.StatusTooManyRequests {
		b.used.Store(readBurst)
		return
	}
	if left, err := strconv.ParseInt(reply.Header.Get("x-ms-ratelimit-remaining-subscription-reads"), 10, 64); err == nil {
		b.used.Store(readBurst - left)
	}
}

func (b *readBudget) left() int64 { return readBurst - b.used.Load() }

// stretch is by how much polls are put off: not at all while most of the budget is left, to
// a quarter of the rate at 40 reads, and to a sixteenth when hardly any is left.
func (b *readBudget) stretch() float64 {
	const plenty = 160
	return min(max(plenty/float64(max(b.left(), 1)), 1), 16)
}
