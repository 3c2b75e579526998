package azureml

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/bounds"
)

// write is a PUT or DELETE. When its reply is lost it must not simply be repeated: the
// service may have accepted it.
type write struct {
	method, url string
	body        []byte
	// doing describes the write in the error of an interrupt.
	doing string
	// settle finds out what a try did that was refused because the compute is busy, or
	// whose reply was lost.
	settle func(ctx context.Context, lost bool) (settlement, error)
}

// settlement is the state of the compute after a write that did not succeed.
type settlement int

const (
	idle     settlement = iota // no operation is changing the compute
	changing                   // another operation is changing the compute
	settled                    // the write has taken effect: nothing is left to send
)

// send sends the write until the service has accepted it. The response is nil when settle
// found that a try with a lost reply was accepted. With an error, uncertain reports that
// the service may have accepted the write anyway.
//
// A throttled write is retried until the context ends. So is one that the service refuses
// as busy while another operation is changing the compute; without one, it is retried for
// [Polling.Lag]. After [maxFailures] failures of the service it is given up.
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
			uncertain = true // it may have been sent
			break
		}
		err = tryErr
		outcome := outcomeOf(err)
		if outcome == unauthorized && !renewed {
			renewed = true // the next try has a new token
			continue
		}
		// Once a reply was lost, a compute that is there later may come from that try, and so
		// may a refusal to overwrite one.
		if uncertain && hasStatus(err, http.StatusBadRequest) {
			outcome = busy
		}
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
		found, settleErr := w.settle(whileSettling(ctx), uncertain)
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
				return nil, true, err
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

// withoutOperation marks a conflict that no operation explains.
func withoutOperation(err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		e.idle = true
	}
	return err
}

// outcome is what a failed write did.
type outcome int

const (
	refused      outcome = iota // nothing; permanent
	throttled                   // nothing; retryable after a pause
	busy                        // nothing; another operation has to end first
	unknown                     // unknown: the reply was lost
	unauthorized                // nothing; the token was refused
)

func outcomeOf(err error) outcome {
	e, replied := errors.AsType[*Error](err)
	_, untrusted := errors.AsType[*bounds.CertificateError](err)
	switch {
	case untrusted, !replied && IsSignIn(err):
		return refused // the request was not sent
	case !replied:
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
