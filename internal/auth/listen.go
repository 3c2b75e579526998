package auth

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// listener is the policy that every request of a sign-in passes: to Entra ID, to the
// issuers of OpenID Connect tokens and to managed identity endpoints. It is the one place
// where their replies can be looked at. It keeps what went wrong last, with its type:
// the libraries in between make a text of it.
type listener struct {
	caFile string
}

func (l listener) Do(request *policy.Request) (*http.Response, error) {
	response, err := request.Next()
	ctx := request.Raw().Context()
	heard := heardIn(ctx)
	switch {
	case err != nil && ctx.Err() != nil && heard.last() != nil: // it ended while something was wrong
	case err != nil:
		failure := l.networkError(request.Raw(), err)
		heard.note(failure)
		if network, ok := errors.AsType[*networkError](failure); ok && network.lasting() {
			err = &lastingError{err}
		}
	case response.StatusCode == http.StatusOK:
		heard.note(nil)
	default:
		body, _ := runtime.Payload(response)
		heard.note(newReplyError(response, body))
	}
	return response, err
}

func (l listener) networkError(request *http.Request, err error) error {
	if insecure, ok := errors.AsType[*insecureError](err); ok {
		return insecure
	}
	return newNetworkError(request.URL, l.caFile, err)
}

// heard is what went wrong last during a sign-in.
type heard struct {
	mu  sync.Mutex
	err error
}

type heardKey struct{}

// listen makes a context for a sign-in, and returns where [listener] notes what it hears.
func listen(ctx context.Context) (context.Context, *heard) {
	h := &heard{}
	return context.WithValue(ctx, heardKey{}, h), h
}

func (h *heard) note(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.err = err
}

func (h *heard) last() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.err
}

// heardIn is where a sign-in's context has it; outside of one, a place that nobody reads.
func heardIn(ctx context.Context) *heard {
	if h, ok := ctx.Value(heardKey{}).(*heard); ok {
		return h
	}
	return &heard{}
}
