package azureml

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// maxFailures is how many failures end a request. With azcore's growing pauses before a
// GET is repeated (0.8, 2.4, 5.6 and 12 s) that is some 20 s, and with those before a
// write is ([backoff]) half a minute.
const maxFailures = 5

// readRetries decides whether azcore retries a GET, and keeps the last error, which azcore
// drops when the context ends.
type readRetries struct {
	failures int
	renewed  bool
	last     error
	done     func() // is called when a reply is no longer needed
}

func (r *readRetries) options() policy.RetryOptions {
	return policy.RetryOptions{
		MaxRetries: math.MaxInt32 - 1, // shouldRetry decides
		// The Retry-After of a limit may be longer than azcore's 60 s.
		MaxRetryDelay: maxRetryAfter,
		ShouldRetry:   r.shouldRetry,
	}
}

func (r *readRetries) shouldRetry(response *http.Response, err error) bool {
	retry := r.retryable(response, err)
	if retry && response != nil {
		response.Body = http.NoBody // azcore keeps the response while it waits
	}
	if retry {
		r.done()
	}
	return retry
}

func (r *readRetries) retryable(response *http.Response, err error) bool {
	if err != nil {
		r.last = withoutQuery(err)
		r.failures++
		return r.failures < maxFailures
	}
	body, _ := payload(response) // nil when the reply breaks off
	switch {
	case response.StatusCode == http.StatusTooManyRequests:
		// Nothing was done, and the service says when to retry: until the deadline.
		r.last = newError(response, body)
		return true
	case response.StatusCode == http.StatusUnauthorized && !r.renewed:
		// A token may expire during a long operation; the next try has a new one.
		r.last, r.renewed = newError(response, body), true
		return true
	case response.StatusCode >= 500, response.StatusCode == http.StatusRequestTimeout:
		r.last = newError(response, body)
	case response.StatusCode == http.StatusOK && !json.Valid(body):
		// A reply of something between here and the service.
		r.last = malformed(response, errNoJSONObject)
	default:
		return false
	}
	r.failures++
	return r.failures < maxFailures
}

// maxRetryAfter is the longest Retry-After that is followed.
const maxRetryAfter = 5 * time.Minute

// minRetryAfter is the shortest Retry-After that is followed: with less, such as a
// millisecond, requests would follow one another without a pause.
const minRetryAfter = time.Second

// retryAfter reads a Retry-After header, in seconds or as a date. It reports false when
// there is none, or when it is invalid or not positive.
func retryAfter(header http.Header, limit time.Duration) (time.Duration, bool) {
	value := header.Get("Retry-After")
	var after time.Duration
	if seconds, err := strconv.Atoi(value); err == nil {
		after = time.Duration(min(seconds, int(limit/time.Second))) * time.Second
	} else if date, err := http.ParseTime(value); err == nil {
		after = time.Until(date)
	}
	if after <= 0 {
		return 0, false
	}
	return min(max(after, minRetryAfter), limit), true
}

// backoff is the pause before the n-th repetition (from 0) of a write: it doubles
// from a second to half a minute, with jitter, so that many writes are not repeated at once.
func backoff(n int) time.Duration {
	pause := min(time.Second<<min(n, 10), 30*time.Second)
	return time.Duration(float64(pause) * (0.8 + 0.4*rand.Float64())) //nolint:gosec // no secret hangs on the jitter
}

// sleep waits, and reports false when the context ended first.
func sleep(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

// pauseBefore is the pause before the n-th repetition (from 0) of a write: Retry-After, or
// else [backoff].
func pauseBefore(n int, err error) time.Duration {
	if e, ok := errors.AsType[*Error](err); ok && e.retryAfter != nil {
		return *e.retryAfter
	}
	return backoff(n)
}
