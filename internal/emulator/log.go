package emulator

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// What the log keeps, so that an emulator that runs for long does not grow: the most recent requests up to these limits.
const (
	// maxLogged is how many requests it keeps; [WithLogLimit] changes it.
	maxLogged = 100_000
	// maxLogSize is how many bytes they have together.
	maxLogSize = 256 << 20
	// maxLoggedBody is how many bytes it keeps of each body.
	maxLoggedBody = 64 << 10
)

// A Request is a request that reached the emulator.
type Request struct {
	Time   time.Time
	Method string
	Path   string
	Query  string // as it was sent
	Header http.Header
	Body   []byte // the first 64 KiB of it
	Status int    // 0 until the reply is sent, and for good if the connection was dropped
	// Decided is the status that the service itself decided on, whatever a fault then made of the reply; 0 if the request did
	// not reach the service.
	Decided int
}

// entry is a Request in the log.
type entry struct {
	Request
	arm      bool
	bodySize int // of the whole body
}

// size is about how much memory an entry takes.
func (entry *entry) size() int {
	const fixed = 512 // the entry itself, and its header map
	n := fixed + len(entry.Method) + len(entry.Path) + len(entry.Query) + len(entry.Body)
	for name, values := range entry.Header {
		for _, value := range values {
			n += len(name) + len(value)
		}
	}
	return n
}

// requestLog is the most recent requests, oldest first.
type requestLog struct {
	entries   []*entry
	size      int // of all entries
	forgotten int // how many requests the limits cost
}

// add logs a request, and forgets the oldest ones beyond the limits.
func (l *requestLog) add(added *entry, limit int) {
	l.entries = append(l.entries, added)
	l.size += added.size()
	for len(l.entries) > limit || l.size > maxLogSize {
		l.size -= l.entries[0].size()
		l.entries[0] = nil // The array behind the slice would keep it.
		l.entries = l.entries[1:]
		l.forgotten++
	}
}

// Requests returns the requests in the order in which they arrived. The log keeps the last 100,000 of them, or as many as
// [WithLogLimit] says, up to 256 MiB.
func (e *Emulator) Requests() []Request {
	return e.requests(func(*entry) bool { return true })
}

// ARMRequests returns the requests to Resource Manager and to the workspace's own endpoint, without those for signing in and
// discovery. It has the limits of [Emulator.Requests].
func (e *Emulator) ARMRequests() []Request {
	return e.requests(func(entry *entry) bool { return entry.arm })
}

func (e *Emulator) requests(keep func(*entry) bool) []Request {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []Request
	for _, entry := range e.log.entries {
		if keep(entry) {
			r := entry.Request
			r.Header, r.Body = r.Header.Clone(), slices.Clone(r.Body)
			all = append(all, r)
		}
	}
	return all
}

// ForgottenRequests is how many requests the log has dropped because of its limits since the last [Emulator.ResetLog]. A test
// that finds no request in an incomplete log has not shown that none was sent.
func (e *Emulator) ForgottenRequests() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.log.forgotten
}

// ResetLog empties the log.
func (e *Emulator) ResetLog() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.log = requestLog{}
}

// record puts a request into the log. The lock must be held.
func (e *Emulator) record(r *http.Request, body []byte, now time.Time) *entry {
	entry := &entry{
		Request: Request{
			Time: now, Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Header: r.Header.Clone(),
			Body: bytes.Clone(body[:min(len(body), maxLoggedBody)]),
		},
		arm:      !isEntra(r.URL.Path) && !isIdentity(r.URL.Path) && !isDiscovery(r.URL.Path),
		bodySize: len(body),
	}
	e.log.add(entry, e.config.logLimit)
	return entry
}

// decided notes what the service itself makes of a request.
func (e *Emulator) decided(entry *entry, status int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	entry.Decided = status
}

// finish notes how a request ended, and writes the log files.
func (e *Emulator) finish(entry *entry, status int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	entry.Status = status
	if e.config.accessLog != nil {
		// A log that cannot be written is no reason to fail a request. The path is escaped so that it cannot break the line.
		path := url.URL{Path: e.maskText(entry.Path)}
		_, _ = fmt.Fprintf(e.config.accessLog, "%s %s %s %d\n", entry.Time.UTC().Format(logTime), entry.Method, path.EscapedPath(), status)
	}
	if e.config.requestLog != nil && entry.arm {
		_, _ = e.config.requestLog.Write(append(e.logLine(entry), '\n'))
	}
}

const logTime = "2006-01-02T15:04:05.000Z07:00"
