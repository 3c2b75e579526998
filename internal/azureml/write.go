package azureml

import (
	"context"
	"errors"
	"net/http"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/bounds"
)

// write is a PUT or DELETE, which must not simply be sent again when its reply is
// lost: the service may have done it.
type write struct {
	method, address string
	body            []byte
	// doing is what goes on, for the error of an interrupt.
	doing string
	// settle looks at what is there after a try that was refused because the compute
	// is busy, or (lost) one whose reply was lost. It reports true when nothing is
	// left to send.
	settle func(ctx context.Context, lost bool) (bool, error)
}

// send sends the write until the service has taken it. The reply is nil when the
// service took it without a reply reaching us, as settle found out. Beside an error,
// perhaps reports that the service may have taken it all the same.
//
// A throttled or busy service is asked again until the context ends; a failing one up
// to [maxFailures] times.
func (c *Client) send(ctx context.Context, w write) (response *http.Response, perhaps bool, err error) {
	failures := 0
	for n := 0; ctx.Err() == nil; n++ {
		try, release := bounds.OneAtATime(ctx)
		response, _, tryErr := c.once(try, w.method, w.address, w.body)
		release()
		if tryErr == nil {
			return response, false, nil
		}
		if ctx.Err() != nil {
			perhaps = true // it was on its way
			break
		}
		err = tryErr
		outcome := outcomeOf(err)
		// Once a reply was lost, what is there later may be of that try.
		perhaps = perhaps || outcome == unknown
		if outcome == refused {
			return nil, perhaps, err
		}
		if !sleep(ctx, pauseBefore(n, err)) {
			break
		}
		if outcome == throttled {
			continue
		}
		done, settleErr := w.settle(context.WithValue(ctx, settling{}, true), perhaps)
		if ctx.Err() != nil {
			break
		}
		if done || settleErr != nil {
			return nil, perhaps, settleErr
		}
		if outcome == unknown {
			if failures++; failures >= maxFailures {
				return nil, perhaps, err
			}
		}
	}
	doing := w.doing
	if perhaps {
		doing += ". Azure may have accepted it"
	}
	return nil, perhaps, interrupted(ctx, doing, err)
}

// outcome is what a failed write did.
type outcome int

const (
	refused   outcome = iota // nothing, and asking again would not help
	throttled                // nothing; the service wants less
	busy                     // nothing; another operation has to end first
	unknown                  // nobody knows: the reply was lost
)

func outcomeOf(err error) outcome {
	e, answered := errors.AsType[*Error](err)
	_, untrusted := errors.AsType[*bounds.CertificateError](err)
	switch {
	case untrusted, !answered && isSignIn(err):
		return refused // the request did not leave
	case !answered:
		return unknown
	case e.StatusCode == http.StatusTooManyRequests:
		return throttled
	case e.permanent():
		return refused
	case e.StatusCode == http.StatusConflict || e.StatusCode == http.StatusLocked:
		return busy
	case e.StatusCode >= 500 || e.StatusCode == http.StatusRequestTimeout:
		return unknown
	}
	return refused
}
