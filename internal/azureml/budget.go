package azureml

import (
	"context"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// reserve is how many reads of the service's limit are left to others than lists, which
// can send hundreds of requests in a second.
const reserve = 100

// spacing is the time between two requests of lists while fewer reads are left. The
// service grants 25 more in each second.
const spacing = 50 * time.Millisecond

// readBudget keeps lists within Resource Manager's limit of reads, so that neither they
// nor other requests are refused.
type readBudget struct {
	low  atomic.Bool
	turn turn
}

// see notes how many reads a reply says are left.
func (b *readBudget) see(reply *http.Response) {
	if left, err := strconv.Atoi(reply.Header.Get("x-ms-ratelimit-remaining-subscription-reads")); err == nil {
		b.low.Store(left < reserve)
	}
}

// wait returns when the next request of a list may be sent, or when the context ends.
func (b *readBudget) wait(ctx context.Context) {
	if b.low.Load() && b.turn.take(ctx) {
		sleep(ctx, spacing)
		b.turn.give()
	}
}
