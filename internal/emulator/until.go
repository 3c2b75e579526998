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

// Until is another call that a call waits for, before the service does anything: it forces the order of two calls that a
// client sends side by side. It reads from JSON with the names in its tags, and AtMost such as "2s" as atMost.
type Until struct {
	Method string `json:"method,omitempty"` // empty is any
	Path   string `json:"path,omitempty"`   // regular expression, without regard to case; empty is any
	Nth    int    `json:"nth,omitempty"`    // the nth such call since the fault was declared; 0 is the first

	// AtMost is how long the call waits, whether the other one has come or not; 0 is for ever. A client that keeps the
	// two apart never sends the other one.
	AtMost time.Duration `json:"-"`
}

// UnmarshalJSON reads an Until, with AtMost in the form of [time.ParseDuration].
func (u *Until) UnmarshalJSON(data []byte) error {
	type plain Until
	var read struct {
		plain
		AtMost duration `json:"atMost"`
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
		AtMost duration `json:"atMost,omitempty"`
	}{plain(u), duration(u.AtMost)})
}

// awaited is an Until with its expression ready, and its count.
type awaited struct {
	Until
	path *regexp.Regexp
	left int
	come chan struct{} // closed when the call has come
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

// see counts a call.
func (a *awaited) see(r *http.Request) {
	if a == nil || a.Method != "" && a.Method != r.Method || !a.path.MatchString(r.URL.Path) {
		return
	}
	if a.left--; a.left == 0 {
		close(a.come)
	}
}

// release lets those go on that wait.
func (a *awaited) release() {
	if a != nil && a.left > 0 {
		a.left = 0
		close(a.come)
	}
}

// wait waits for the call. The error is that of a client that has gone.
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
