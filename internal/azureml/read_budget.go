package azureml

import (
	"context"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// readBudget is how many reads Resource Manager says are left of its limit: a burst of 250
// for a subscription and principal, and 25 more each second.
type readBudget struct {
	// used is the burst less what is left, so that the zero value is a full budget.
	used atomic.Int64
	// lists lets one list send a request at a time while few reads are left.
	lists semaphore
}

// reserve is how many reads lists leave to others: they can send hundreds of requests in a
// second. While fewer are left, spacing is the time between two requests of lists.
const (
	reserve = 100
	spacing = 50 * time.Millisecond
)

const readBurst = 250

// record keeps what a reply says is left.
func (b *readBudget) record(reply *http.Response) {
	left, err := strconv.ParseInt(reply.Header.Get("x-ms-ratelimit-remaining-subscription-reads"), 10, 64)
	switch {
	case reply.StatusCode == http.StatusTooManyRequests:
		b.used.Store(readBurst)
	case err == nil:
		b.used.Store(readBurst - left)
	case reply.Request.Method == http.MethodGet:
		b.used.Store(0) // it is not known, and reads are accepted again
	}
}

// ReadsLeft is how many reads of its limit the service last said are left.
func (c *Client) ReadsLeft() int64 { return c.reads.left() }

func (b *readBudget) left() int64 { return readBurst - b.used.Load() }

// wait returns when the next request of a list may be sent, or when the context ends.
func (b *readBudget) wait(ctx context.Context) {
	if b.left() < reserve && b.lists.acquire(ctx) {
		sleep(ctx, spacing)
		b.lists.release()
	}
}

// stretch is the factor by which poll intervals grow: 1 while most of the budget is left,
// 4 at 40 reads, and 16 when hardly any are left.
func (b *readBudget) stretch() float64 {
	const plenty = 160
	return min(max(plenty/float64(max(b.left(), 1)), 1), 16)
}
