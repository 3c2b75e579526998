package azureml

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/bounds"
)

// write is a PUT or DELETE, which must not simply be sent again when its reply is
// lost: the service may have done it.
type write struct {
	method, url string
	body        []byte
	// doing is what goes on, for the error of an interrupt.
	doing string
	// settle looks at what is there after a try that was refused because the compute
	// is busy, or (lost) one whose reply was lost.
	settle func(ctx context.Context, lost bool) (settlement, error)
}

// settlement is what is there after a write that did not succeed.
type settlement int

const (
	idle     settlement = iota // nothing that an operation is seen to change
	changing                   // a compute that another operation is changing
	settled                    // what the write was for: nothing is left to send
)

// send sends the write until the service has taken it. The reply is nil when the
// service took it without a reply reaching us, as settle found out. Beside an error,
// uncertain reports that the service may have taken it all the same.
//
// A throttled service is asked again until the context ends, and so is one that is busy,
// while another operation is seen to change the compute; without one, for [Polling.Lag].
// A failing service is asked up to [maxFailures] times.
func (c *Client) send(ctx context.Context, w write) (response *http.Response, uncertain bool, err error) {
	failures, renewed, busySince := 0, false, time.Now()
	for n := 0; ctx.Err() == nil; n++ {
		try, release := bounds.OneAtATime(ctx)
		response, _, tryErr := c.sendOnce(try, w.method, w.url, w.body)
		release()
		if tryErr == nil {
			return response, false, nil
		}
		if ctx.Err() != nil {
			uncertain = true // it was on its way
			break
		}
		err = tryErr
		outcome := outcomeOf(err)
		if outcome == unauthorized && !renewed {
			renewed = true // the next try has a new token
			continue
		}
		// Once a reply was lost, what is there later may be of that try.
		uncertain = uncertain || outcome == unknown
		if outcome == refused || outcome == unauthorized {
			return nil, uncertain, err
		}
		if !sleep(ctx, pauseBefore(n, err)) {
			break
		}
		if outcome == throttled {
			continue
		}
		found, settleErr := w.settle(context.WithValue(ctx, settling{}, true), uncertain)
		if ctx.Err() != nil {
			break
		}
		if found == settled || settleErr != nil {
			return nil, uncertain, settleErr
		}
		if found == changing && isTransientConflict(err) {
			busySince = time.Now()
		}
		if outcome == unknown {
			if failures++; failures >= maxFailures {
				return nil, uncertain, err
			}
		}
		if outcome == busy && time.Since(busySince) > c.polling.Lag {
			return nil, uncertain, withoutOperation(err)
		}
	}
	doing := w.doing
	if uncertain {
		doing += ". Azure may have accepted it"
	}
	return nil, uncertain, interrupted(ctx, doing, err)
}

func isTransientConflict(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.transientConflict()
}

// withoutOperation marks a conflict as one that no operation explains.
func withoutOperation(err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		e.idle = true
	}
	return err
}

// outcome is what a failed write did.
type outcome int

const (
	refused      outcome = iota // nothing, and asking again would not help
	throttled                   // nothing; the service wants less
	busy                        // nothing; another operation has to end first
	unknown                     // nobody knows: the reply was lost
	unauthorized                // nothing; the token was not accepted
)

func outcomeOf(err error) outcome {
	e, answered := errors.AsType[*Error](err)
	_, untrusted := errors.AsType[*bounds.CertificateError](err)
	switch {
	case untrusted, !answered && IsSignIn(err):
		return refused // the request did not leave
	case !answered:
		return unknown
	case e.StatusCode == http.StatusTooManyRequests:
		return throttled
	case e.StatusCode == http.StatusUnauthorized:
		return unauthorized
	case e.permanent():
		return refused
	case e.StatusCode == http.StatusConflict || e.StatusCode == http.StatusLocked:
		return busy
	case e.StatusCode >= 500 || e.StatusCode == http.StatusRequestTimeout:
		return unknown
	}
	return refused
}
