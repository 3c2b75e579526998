package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// A Request is a call that reached the emulator.
type Request struct {
	Time   time.Time
	Method string
	Path   string
	Query  string // as it was sent
	Header http.Header
	Body   []byte
	Status int // 0 while there is no answer, and for ever when the connection was dropped
	// Decided is the status that the service itself decided on, whatever a fault then made of the answer; 0 when it was not
	// asked.
	Decided int
}

// entry is a Request in the log.
type entry struct {
	Request
	arm bool
}

// Requests returns all calls in the order in which they arrived.
func (e *Emulator) Requests() []Request {
	return e.requests(func(*entry) bool { return true })
}

// ARMRequests returns the calls to Resource Manager and to the workspace's own endpoint, without those for signing in and
// discovery.
func (e *Emulator) ARMRequests() []Request {
	return e.requests(func(entry *entry) bool { return entry.arm })
}

func (e *Emulator) requests(keep func(*entry) bool) []Request {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []Request
	for _, entry := range e.log {
		if keep(entry) {
			r := entry.Request
			r.Header, r.Body = r.Header.Clone(), slices.Clone(r.Body)
			all = append(all, r)
		}
	}
	return all
}

// ResetLog forgets the calls so far.
func (e *Emulator) ResetLog() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.log = nil
}

// record puts a call into the log.
func (e *Emulator) record(r *http.Request, body []byte, now time.Time) *entry {
	entry := &entry{
		Request: Request{
			Time: now, Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Header: r.Header.Clone(), Body: bytes.Clone(body),
		},
		arm: !isEntra(r.URL.Path) && !isIdentity(r.URL.Path) && !isDiscovery(r.URL.Path),
	}
	e.log = append(e.log, entry)
	return entry
}

// decided notes what the service itself makes of a call.
func (e *Emulator) decided(entry *entry, status int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	entry.Decided = status
}

// finish notes how a call ended.
func (e *Emulator) finish(entry *entry, status int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	entry.Status = status
	if e.config.accessLog != nil {
		// A log that cannot be written is no reason to fail a call. The path is escaped, so that it cannot break the line.
		_, _ = fmt.Fprintf(e.config.accessLog, "%s %s %s %d\n",
			entry.Time.UTC().Format(logTime), entry.Method, (&url.URL{Path: entry.Path}).EscapedPath(), status)
	}
	if e.config.requestLog != nil && entry.arm {
		_, _ = e.config.requestLog.Write(append(entry.json(), '\n'))
	}
}

const logTime = "2006-01-02T15:04:05.000Z07:00"

// json is the call as a line of the request log. The only header in it is the one that says whose call it is.
func (entry *entry) json() []byte {
	var body any
	if len(entry.Body) > 0 && json.Unmarshal(entry.Body, &body) != nil {
		body = string(entry.Body)
	}
	line, _ := json.Marshal(struct {
		Time      string `json:"time"`
		Method    string `json:"method"`
		Path      string `json:"path"`
		Query     string `json:"query,omitempty"`
		UserAgent string `json:"userAgent,omitempty"`
		Body      any    `json:"body,omitempty"`
		Status    int    `json:"status"`
	}{
		entry.Time.UTC().Format(logTime), entry.Method, entry.Path, entry.Query, entry.Header.Get("User-Agent"), body, entry.Status,
	}) // Strings, numbers and what was JSON before always can be.
	return line
}
