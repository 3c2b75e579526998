package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// listener is a pipeline policy for every request of a sign-in: to Entra ID, to issuers
// of OpenID Connect tokens and to managed identity endpoints. It records the last error
// in the request's context, because the libraries in between reduce errors to text.
type listener struct {
	caFile string
}

func (l listener) Do(request *policy.Request) (*http.Response, error) {
	response, err := request.Next()
	ctx := request.Raw().Context()
	heard := heardIn(ctx)
	switch {
	case err != nil && ctx.Err() != nil && heard.last() != nil: // keep the error before the timeout
	case err != nil:
		failure := l.networkError(request.Raw(), err)
		heard.note(failure)
		if network, ok := errors.AsType[*networkError](failure); ok && network.permanent() {
			err = &permanentError{err}
		}
	case isArcChallenge(response):
		heard.note(nil)
	default:
		body, _ := runtime.Payload(response) // the pipeline has read it
		if response.StatusCode == http.StatusOK && json.Valid(bytes.TrimPrefix(body, []byte("\ufeff"))) {
			heard.note(nil)
		} else {
			heard.note(newReplyError(response, body))
		}
	}
	return response, err
}

// isArcChallenge reports that Azure Arc requires the content of a file, which its
// credential reads then. If it cannot, that is the cause, and not this reply.
func isArcChallenge(response *http.Response) bool {
	return response.StatusCode == http.StatusUnauthorized && strings.HasPrefix(response.Header.Get("WWW-Authenticate"), "Basic realm=")
}

func (l listener) networkError(request *http.Request, err error) error {
	if insecure, ok := errors.AsType[*insecureError](err); ok {
		return insecure
	}
	return newNetworkError(request.URL, l.caFile, err)
}

// heard holds the last error of a sign-in.
type heard struct {
	mu  sync.Mutex
	err error
}

type heardKey struct{}

// listen returns a context for a sign-in, and where [listener] records its last error.
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

// heardIn returns the record in a sign-in's context, or else one that is discarded.
func heardIn(ctx context.Context) *heard {
	if h, ok := ctx.Value(heardKey{}).(*heard); ok {
		return h
	}
	return &heard{}
}
