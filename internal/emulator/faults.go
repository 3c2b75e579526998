package emulator

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// A Fault is something that goes wrong between a client and the service, or in the service itself, and the requests to which it
// happens. In JSON, durations are strings such as "2s".
//
// A dropped connection is a panic with [http.ErrAbortHandler], which is how a handler makes net/http's server drop it.
// Go's client repeats a GET if a reused connection is dropped without a reply.
type Fault struct {
	Method string `json:"method,omitempty"` // without regard to case; empty matches any
	Path   string `json:"path,omitempty"`   // regular expression, without regard to case; empty matches any
	Query  string `json:"query,omitempty"`  // regular expression on the query as it was sent; empty matches any
	Nth    int    `json:"nth,omitempty"`    // the first of the matching requests to which it happens; 0 means 1
	Times  int    `json:"times,omitempty"`  // to how many requests it happens; 0 means 1, and a negative number all

	// Until holds the request until another one has arrived.
	Until *Until `json:"until,omitempty"`

	// Instead of the service.
	Status int               `json:"status,omitempty"` // of the reply; with 0, the service replies
	Header map[string]string `json:"header,omitempty"` // of that reply, or added to the service's reply
	Body   string            `json:"body,omitempty"`   // of that reply
	Echo   bool              `json:"echo,omitempty"`   // the reply is an error that quotes the request, with its token; status 401 unless Status is set

	// Changes to the service's reply: see [merge] and [remove].
	Merge  map[string]any `json:"merge,omitempty"`  // is merged into its JSON
	Remove []string       `json:"remove,omitempty"` // is removed from its JSON, such as "properties.resourceId"
	// EditBody changes the JSON of the service's reply.
	EditBody func(doc map[string]any) `json:"-"`

	// In transit.
	Delay     time.Duration `json:"-"`                   // between the service's work and its reply
	Hold      bool          `json:"hold,omitempty"`      // the service does its work, but never replies; the connection stays open
	LoseReply bool          `json:"loseReply,omitempty"` // the service does its work, then the connection is dropped
	Drop      bool          `json:"drop,omitempty"`      // the connection is dropped before the service does anything
	Truncate  int           `json:"truncate,omitempty"`  // how many bytes of the body are sent before the connection is dropped
	Dribble   time.Duration `json:"-"`                   // between two bytes of the body
	Pad       int64         `json:"pad,omitempty"`       // how many bytes of white space follow the body
	Endless   bool          `json:"endless,omitempty"`   // endless white space follows the body
}

// fault is a Fault with compiled expressions and a count.
type fault struct {
	Fault
	path, query *regexp.Regexp
	awaited     *awaited
	seen        int
}

func compile(f Fault) (*fault, error) {
	path, err := regexp.Compile("(?i)" + f.Path)
	if err != nil {
		return nil, fmt.Errorf("path: %w", err)
	}
	query, err := regexp.Compile(f.Query)
	if err != nil {
		return nil, fmt.Errorf("query: %w", err)
	}
	awaited, err := f.Until.compile()
	return &fault{Fault: f, path: path, query: query, awaited: awaited}, err
}

// Inject declares faults. Each one counts the requests that match it. If several are due for a request, the one declared first
// happens. Faults apply to requests to Entra ID as well. With an expression that does not compile, every reply is a 500 that says
// so.
func (e *Emulator) Inject(faults ...Fault) {
	ready := compileAll(faults)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.faults = append(e.faults, ready...)
}

func compileAll(faults []Fault) []*fault {
	all := make([]*fault, 0, len(faults))
	for _, f := range faults {
		ready, err := compile(f)
		if err != nil {
			ready, _ = compile(Fault{Times: -1, Status: http.StatusInternalServerError, Body: "A fault's " + err.Error()})
		}
		all = append(all, ready)
	}
	return all
}

// Faults returns the declared faults, including those that have happened.
func (e *Emulator) Faults() []Fault {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := make([]Fault, 0, len(e.faults))
	for _, f := range e.faults {
		all = append(all, f.Fault)
	}
	return all
}

// ClearFaults removes all faults. Requests that wait because of an [Until] go on.
func (e *Emulator) ClearFaults() { e.replaceFaults(nil) }

// replaceFaults replaces all faults at once.
func (e *Emulator) replaceFaults(faults []Fault) {
	ready := compileAll(faults)
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, f := range e.faults {
		f.awaited.release()
	}
	e.faults = ready
}

// matchesMethod compares without regard to case. An empty method matches any.
func matchesMethod(method string, r *http.Request) bool {
	return method == "" || strings.EqualFold(method, r.Method)
}

// faultFor counts a request, and returns the fault that happens to it. The lock must be held.
func (e *Emulator) faultFor(r *http.Request) *fault {
	var chosen *fault
	for _, f := range e.faults {
		if !matchesMethod(f.Method, r) || !f.path.MatchString(r.URL.Path) || !f.query.MatchString(r.URL.RawQuery) {
			continue
		}
		f.seen++
		first, times := max(f.Nth, 1), max(f.Times, 1)
		if chosen == nil && f.seen >= first && (f.Times < 0 || f.seen < first+times) {
			chosen = f
		}
	}
	for _, f := range e.faults {
		if f != chosen {
			f.awaited.see(r)
		}
	}
	if chosen == nil {
		return &fault{}
	}
	return chosen
}

// reply is the reply instead of the service's; nil if the service is to reply.
func (f *Fault) reply(call *http.Request) *reply {
	switch {
	case f.Echo:
		return echo(cmp.Or(f.Status, http.StatusUnauthorized), call)
	case f.Status == 0 || f.LoseReply:
		return nil
	}
	r := emptyReply(f.Status)
	r.body = []byte(f.Body)
	if json.Valid(r.body) {
		r.header.Set("Content-Type", "application/json; charset=utf-8")
	}
	return r
}

// echo is an error that quotes the request, as some gateways do.
func echo(status int, call *http.Request) *reply {
	var quoted strings.Builder
	_ = call.Header.Write(&quoted) // A builder returns no error.
	return gatewayError(status, "InvalidAuthenticationToken", fmt.Sprintf(
		"The request was not accepted: %s https://%s%s HTTP/1.1\r\n%s", call.Method, call.Host, call.URL.RequestURI(), quoted.String()))
}

// sleep waits for d, or until the client has gone.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
