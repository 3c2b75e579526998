package azureml

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

// outageTime is how long other reads rely on one read that has used up its tries: long
// enough for a hundred reads to fail with the first one, and shorter than a user needs to
// start the next run.
const outageTime = 10 * time.Second

// outage remembers that Resource Manager failed a read through all of its tries, so that a
// hundred reads do not each try as often.
type outage struct {
	mutex   sync.Mutex
	err     error
	until   time.Time
	replied time.Time // when a read last succeeded
}

// record keeps the error of a read that has used up its tries. There is no outage if
// another read has succeeded since this one began.
func (o *outage) record(began time.Time, err error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if !o.replied.After(began) {
		o.err, o.until = err, time.Now().Add(outageTime)
	}
}

// clear ends the outage: a read has succeeded.
func (o *outage) clear() {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.err, o.replied = nil, time.Now()
}

// current is the error of the current outage; nil when there is none, and for a read that
// finds out what a write did, which always tries.
func (o *outage) current(ctx context.Context) error {
	if ctx.Value(settling{}) != nil {
		return nil
	}
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if time.Now().After(o.until) {
		return nil
	}
	return o.err
}

// settling is the context key of reads that find out what a write did.
type settling struct{}

// whileSettling makes a context whose reads are sent during an outage too.
func whileSettling(ctx context.Context) context.Context {
	return context.WithValue(ctx, settling{}, true)
}

// ofHost reports an error that concerns the whole host, not only one resource: no reply at
// all, or a reply of the gateway in front of the service.
func ofHost(err error) bool {
	_, noReply := errors.AsType[*NoReplyError](err)
	return noReply || hasStatus(err, http.StatusBadGateway) || hasStatus(err, http.StatusServiceUnavailable) || hasStatus(err, http.StatusGatewayTimeout)
}

// NotSentError reports a read that was not sent, because another one had just used up
// its tries.
type NotSentError struct{ Cause error }

func (e *NotSentError) Error() string {
	return paragraphs(e.Cause.Error(), "Another request failed with this error a moment ago, after several tries. This one was not sent.")
}

func (e *NotSentError) Unwrap() error { return e.Cause }
