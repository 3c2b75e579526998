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

// A Fault is something that goes wrong between a client and the service, or in the service itself, and which calls it
// happens to. It reads from JSON with the names in its tags, and durations such as "2s".
//
// A dropped connection is a panic with [http.ErrAbortHandler], which is how a handler asks net/http's server for it.
// Go's client repeats a GET by itself when a connection that it had used before is dropped without an answer.
type Fault struct {
	Method string `json:"method,omitempty"` // empty is any
	Path   string `json:"path,omitempty"`   // regular expression, without regard to case; empty is any
	Query  string `json:"query,omitempty"`  // regular expression on the query as it was sent; empty is any
	Nth    int    `json:"nth,omitempty"`    // happens from the nth such call on; 0 is the first
	Times  int    `json:"times,omitempty"`  // to so many calls; 0 is one, negative all of them

	// Until holds the call until another one has come.
	Until *Until `json:"until,omitempty"`

	// In the service's place.
	Status int               `json:"status,omitempty"` // 0 lets the service answer
	Header map[string]string `json:"header,omitempty"` // of that answer, or added to the service's
	Body   string            `json:"body,omitempty"`   // of that answer
	Echo   bool              `json:"echo,omitempty"`   // that answer is an error that quotes the request, with its token; 401 without a status

	// The service's answer, in part: see [merge] and [remove].
	Merge  map[string]any `json:"merge,omitempty"`  // goes into the JSON of the service's answer
	Remove []string       `json:"remove,omitempty"` // is taken out of it, such as "properties.resourceId"
	// EditBody changes the JSON that the service answers.
	EditBody func(doc map[string]any) `json:"-"`

	// On the way.
	Delay     time.Duration `json:"-"`                   // between the service's work and its answer
	Hold      bool          `json:"hold,omitempty"`      // the service does its work, and its answer never comes; the connection stays
	LoseReply bool          `json:"loseReply,omitempty"` // the service does its work, then the connection is dropped
	Drop      bool          `json:"drop,omitempty"`      // the connection is dropped before the service does anything
	Truncate  int           `json:"truncate,omitempty"`  // only so many bytes of the body are sent, of the length announced
	Dribble   time.Duration `json:"-"`                   // passes before each byte of the body
	Pad       int64         `json:"pad,omitempty"`       // so many bytes of white space follow the body
	Endless   bool          `json:"endless,omitempty"`   // white space follows the body, and never ends
}

// fault is a Fault with its expressions ready, and its count.
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

// Inject declares faults. Each one counts the calls that fit it; a call that fits several gets the one declared first
// among those whose turn it is. They apply to Entra ID's calls as well. An expression that does not compile makes every call
// answer 500 with the reason.
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

// Faults returns the faults that are declared, those that have happened as well.
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

// replaceFaults declares faults in place of those that are there, without a moment in between.
func (e *Emulator) replaceFaults(faults []Fault) {
	ready := compileAll(faults)
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, f := range e.faults {
		f.awaited.release()
	}
	e.faults = ready
}

// faultFor counts a call, and returns the fault that happens to it.
func (e *Emulator) faultFor(r *http.Request) *fault {
	var chosen *fault
	for _, f := range e.faults {
		if f.Method != "" && f.Method != r.Method || !f.path.MatchString(r.URL.Path) || !f.query.MatchString(r.URL.RawQuery) {
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

// reply is what is answered in the service's place; nil when the service is to answer.
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

// echo is an error that quotes the request as it came, as some gateways do.
func echo(status int, call *http.Request) *reply {
	var quoted strings.Builder
	_ = call.Header.Write(&quoted) // A builder takes everything.
	return gatewayError(status, "InvalidAuthenticationToken", fmt.Sprintf(
		"The request was not accepted: %s https://%s%s HTTP/1.1\r\n%s", call.Method, call.Host, call.URL.RequestURI(), quoted.String()))
}

// sleep waits, unless nobody waits for the answer any more.
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
