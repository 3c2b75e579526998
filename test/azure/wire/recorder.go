package wire

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// Exchange is a request to Resource Manager and its reply, unchanged, with ids, names and
// signatures. It stays in memory; package scrub turns it into what is written.
type Exchange struct {
	Step        string
	Began       time.Time
	Took        time.Duration
	Method      string
	URL         string
	RequestBody []byte
	// Status is 0 if there was no reply.
	Status int
	Header http.Header
	Body   []byte
}

// Recorder records requests to Resource Manager and their replies. It records neither the
// sign-in nor the headers of requests, which contain the token.
type Recorder struct {
	Manager Manager

	mutex     sync.Mutex
	step      string
	exchanges []Exchange
}

// Step sets the step that the following exchanges belong to.
func (r *Recorder) Step(name string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.step = name
}

// Exchanges returns the exchanges so far, in the order in which they began.
func (r *Recorder) Exchanges() []Exchange {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	all := slices.Clone(r.exchanges)
	slices.SortStableFunc(all, func(a, b Exchange) int { return a.Began.Compare(b.Began) })
	return all
}

// Through forwards requests to next, and records them.
func (r *Recorder) Through(next policy.Transporter) policy.Transporter {
	return transport(func(request *http.Request) (*http.Response, error) {
		if _, ok := r.Manager.Path(request.URL); !ok {
			return next.Do(request)
		}
		x, err := r.newExchange(request)
		if err != nil {
			return nil, err
		}
		response, err := next.Do(request)
		x.Took = time.Since(x.Began)
		if err == nil {
			x.Status, x.Header = response.StatusCode, response.Header.Clone()
			x.Body, response.Body = keep(response.Body)
		}
		r.mutex.Lock()
		defer r.mutex.Unlock()
		r.exchanges = append(r.exchanges, x)
		return response, err
	})
}

func (r *Recorder) newExchange(request *http.Request) (Exchange, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	x := Exchange{Step: r.step, Began: time.Now(), Method: request.Method, URL: request.URL.String()}
	if request.Body == nil {
		return x, nil
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return x, err
	}
	x.RequestBody, request.Body = body, io.NopCloser(bytes.NewReader(body))
	return x, nil
}

// keep reads a body, and returns a copy that reads the same and ends with the same error.
func keep(body io.ReadCloser) ([]byte, io.ReadCloser) {
	content, err := io.ReadAll(body)
	again := io.Reader(bytes.NewReader(content))
	if err != nil {
		again = io.MultiReader(again, failing{err})
	}
	return content, struct {
		io.Reader
		io.Closer
	}{again, body}
}

// failing is a reader that fails, for a body that was cut off.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
