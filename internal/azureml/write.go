package azureml

import (
	"context"
	"errors"
	"net/http"
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
	for n := 0; ; n++ {
		response, _, err := c.once(ctx, w.method, w.address, w.body)
		if err == nil {
			return response, false, nil
		}
		if ctx.Err() != nil {
			return nil, true, interrupted(ctx, w.doing, nil)
		}
		outcome := outcomeOf(err)
		perhaps = perhaps || outcome == unknown
		if outcome == refused {
			return nil, perhaps, err
		}
		if !sleep(ctx, pauseBefore(n, err)) {
			return nil, perhaps, interrupted(ctx, w.doing, err)
		}
		if outcome == throttled {
			continue
		}
		done, settleErr := w.settle(ctx, perhaps)
		if ctx.Err() != nil {
			return nil, perhaps, interrupted(ctx, w.doing, err)
		}
		if done || settleErr != nil {
			return nil, perhaps, settleErr
		}
		perhaps = false
		if outcome == unknown {
			if failures++; failures >= maxFailures {
				return nil, false, err
			}
		}
	}
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
	switch {
	case !answered && isSignIn(err):
		return refused // the request did not leave
	case !answered:
		return unknown
	case e.StatusCode == http.StatusTooManyRequests:
		return throttled
	case e.locked():
		return refused
	case e.StatusCode == http.StatusConflict || e.StatusCode == http.StatusLocked:
		return busy
	case e.StatusCode >= 500 || e.StatusCode == http.StatusRequestTimeout:
		return unknown
	}
	return refused
}

// isSignIn reports an error of the credential: it marks them as not to be repeated.
func isSignIn(err error) bool {
	var notRetriable interface{ NonRetriable() }
	return errors.As(err, &notRetriable)
}
