// Package bounds limits replies: how long one may take to arrive, and how many bytes it
// may have. It is the last stage of every pipeline, to Resource Manager and to the
// identity endpoints.
package bounds

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

const (
	// TryTimeout is how long one try of a request may take, up to the last byte of its
	// reply. Resource Manager times out after 60 s, so a reply that is ten seconds later
	// than that is lost.
	TryTimeout = 70 * time.Second
	// maxReply is how many bytes a reply may have, decompressed. A compute has some
	// kilobytes, and a page of a list a few hundred; 16 MiB is a page of ten thousand
	// computes.
	maxReply = 16 << 20
	// large is how many bytes of a reply are read before it waits for others: see [OneAtATime].
	large = 256 << 10
)

// timeoutError reports a try of a request that got no complete reply in time. It is not
// a [context.DeadlineExceeded]: the caller has time left.
type timeoutError struct{ Host string }

func (e *timeoutError) Error() string {
	return fmt.Sprintf("%s sent no complete reply within %s", e.Host, TryTimeout)
}

// TooLargeError reports a reply with more than [maxReply] bytes.
type TooLargeError struct{ Host string }

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the reply of %s is larger than %d MiB (%d bytes)", e.Host, maxReply>>20, maxReply)
}

// transport is a transport, not one of azcore's policies, because azcore reads replies to
// their end below all custom policies.
type transport struct {
	next policy.Transporter
	slot chan struct{} // holds one value while a large reply is in memory
}

// Transport sends requests through the next one, each within the bounds. A context with an
// earlier deadline ends the request with that context's own error. A permanent TLS error
// is a [CertificateError].
func Transport(next policy.Transporter) policy.Transporter {
	return transport{next, make(chan struct{}, 1)}
}

// Unbounded is the transport below the bounds.
func Unbounded(bounded policy.Transporter) policy.Transporter {
	if t, ok := bounded.(transport); ok {
		return t.next
	}
	return bounded
}

// Do implements [policy.Transporter].
func (t transport) Do(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(request.Context(), TryTimeout)
	try := &try{caller: request.Context(), own: ctx, cancel: cancel, host: request.URL.Host}
	response, err := t.next.Do(request.WithContext(ctx))
	if err != nil {
		defer cancel()
		return nil, asCertificateError(try.explain(err))
	}
	response.Body = &body{ReadCloser: response.Body, try: try, slot: t.slot}
	if request.Method == http.MethodPost {
		return readToEnd(response)
	}
	return response, nil
}

// readToEnd reads the reply before azcore does, which does not retry a POST whose reply
// breaks off. The POSTs here request tokens, and may be retried.
func readToEnd(response *http.Response) (*http.Response, error) {
	content, err := io.ReadAll(response.Body)
	if closeErr := response.Body.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(content))
	return response, nil
}

// try is one try of a request.
type try struct {
	caller, own context.Context //nolint:containedctx // It lives as long as its request.
	cancel      context.CancelFunc
	host        string
}

// explain turns the timeout of the try into a [timeoutError].
func (t *try) explain(err error) error {
	if t.caller.Err() == nil && errors.Is(t.own.Err(), context.DeadlineExceeded) {
		return &timeoutError{t.host}
	}
	return err
}

// body is a reply's body up to the bounds.
type body struct {
	io.ReadCloser
	try  *try
	slot chan struct{}
	read int64
}

// Read implements [io.Reader].
func (b *body) Read(p []byte) (int, error) {
	if b.read > large {
		if err := holderOf(b.try.own).acquire(b.try.own, b.slot); err != nil {
			return 0, b.try.explain(err)
		}
	}
	n, err := b.ReadCloser.Read(p)
	if b.read += int64(n); b.read > maxReply {
		return 0, &TooLargeError{b.try.host}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = b.try.explain(err)
	}
	return n, err
}

// Close implements [io.Closer].
func (b *body) Close() error {
	defer b.try.cancel()
	return b.ReadCloser.Close()
}
