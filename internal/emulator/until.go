package emulator

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"time"
)

// Until is another request for which a request waits before the service handles it. It forces the order of two requests that a
// client sends concurrently. In JSON, atMost is a string such as "2s".
type Until struct {
	Method string `json:"method,omitempty"` // without regard to case; empty matches any
	Path   string `json:"path,omitempty"`   // regular expression, without regard to case; empty matches any
	Nth    int    `json:"nth,omitempty"`    // which matching request since the fault was declared; 0 means the first

	// AtMost bounds the wait; 0 means no bound. A client that sends the two one after the other never sends the second one
	// without it.
	AtMost time.Duration `json:"-"`
}

// UnmarshalJSON reads an Until, with AtMost in the form of [time.ParseDuration].
func (u *Until) UnmarshalJSON(data []byte) error {
	type plain Until
	var read struct {
		plain
		AtMost Span `json:"atMost"`
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&read); err != nil {
		return err
	}
	*u = Until(read.plain)
	u.AtMost = time.Duration(read.AtMost)
	return nil
}

// MarshalJSON writes what UnmarshalJSON reads.
func (u Until) MarshalJSON() ([]byte, error) {
	type plain Until
	return json.Marshal(struct {
		plain
		AtMost Span `json:"atMost,omitempty"`
	}{plain(u), Span(u.AtMost)})
}

// awaited is an Until with its compiled expression and its count.
type awaited struct {
	Until
	path *regexp.Regexp
	left int
	come chan struct{} // closed when the request has arrived
}

func (u *Until) compile() (*awaited, error) {
	if u == nil {
		return nil, nil //nolint:nilnil // nothing to wait for
	}
	path, err := regexp.Compile("(?i)" + u.Path)
	if err != nil {
		return nil, fmt.Errorf("path to wait for: %w", err)
	}
	return &awaited{Until: *u, path: path, left: max(u.Nth, 1), come: make(chan struct{})}, nil
}

// see counts a request. The lock must be held.
func (a *awaited) see(r *http.Request) {
	if a == nil || !matchesMethod(a.Method, r) || !a.path.MatchString(r.URL.Path) {
		return
	}
	if a.left--; a.left == 0 {
		close(a.come)
	}
}

// release ends the wait. The lock must be held.
func (a *awaited) release() {
	if a != nil && a.left > 0 {
		a.left = 0
		close(a.come)
	}
}

// wait waits for the other request. Its error means that the client has gone.
func (a *awaited) wait(ctx context.Context) error {
	if a == nil {
		return nil
	}
	if a.AtMost > 0 {
		atMost := time.NewTimer(a.AtMost)
		defer atMost.Stop()
		select {
		case <-a.come:
		case <-atMost.C:
		case <-ctx.Done():
		}
		return ctx.Err()
	}
	select {
	case <-a.come:
	case <-ctx.Done():
	}
	return ctx.Err()
}
