package emulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// WithReplay makes the emulator return the replies of a recording, and adds the recording's workspace and Batch account. Requests
// that the recording does not have are handled as usual.
//
// Writes get the recorded replies in order, and then the last one again and again. A read gets the reply that was recorded at the
// same time after the last accepted write: a compute that was missing from the list for three seconds is missing for as long.
func WithReplay(r *Recording) Option {
	return func(c *config) {
		c.replay = newReplay(r)
		location := DefaultLocation
		var body putRequest
		if put := r.attach(); put != nil && json.Unmarshal(put.Request.Body, &body) == nil && body.Location != "" {
			location = body.Location
		}
		c.workspaces = append(c.workspaces, place{r.WorkspaceID(), location})
		c.batchAccounts = append(c.batchAccounts, place{r.BatchAccountID(), location})
		c.subscriptionID = parseID(r.WorkspaceID()).subscription
	}
}

// replay is a recording that is being replayed. The phase is the method of the last accepted write, or empty before it.
type replay struct {
	compute string // the id of the recording's compute
	replies []recordedAt
	writes  map[string]int // how many were replayed, by method and path
	phase   string
	since   time.Time
}

// recordedAt is an exchange with the phase in which it was recorded, and the time since the start of that phase.
type recordedAt struct {
	Exchange
	phase string
	after time.Duration
}

func newReplay(r *Recording) *replay {
	p := &replay{compute: r.ComputeID(), writes: map[string]int{}}
	phase, began := "", time.Duration(0)
	for _, x := range r.Exchanges {
		if x.Response.Status == 0 {
			continue
		}
		p.replies = append(p.replies, recordedAt{x, phase, time.Duration(x.At) - began})
		if x.accepted() && sameID(x.Request.Path, p.compute) {
			phase, began = x.Request.Method, time.Duration(x.At)
		}
	}
	return p
}

// replyTo returns the recorded reply to a request, or nil if the recording has none. The lock must be held.
func (p *replay) replyTo(c *call, url string) *reply {
	if p == nil {
		return nil
	}
	var x *recordedAt
	if c.method == http.MethodGet {
		x = p.read(c)
	} else {
		x = p.write(c)
	}
	if x == nil {
		return nil
	}
	r := emptyReply(x.Response.Status)
	r.recorded = true
	for name, value := range x.Response.Headers {
		r.header.Set(name, expandPlaceholders(strings.ReplaceAll(value, RecordedHost, url)))
	}
	if len(x.Response.Body) > 0 {
		r.body = indentJSON(json.RawMessage(bytes.ReplaceAll(x.Response.Body, []byte(RecordedHost), []byte(url))))
	}
	return r
}

// read finds a reply in the current phase, or else in the others, starting with the one before the attach.
func (p *replay) read(c *call) *recordedAt {
	for _, phase := range []string{p.phase, "", http.MethodPut, http.MethodDelete} {
		var found *recordedAt
		for i := range p.replies {
			x := &p.replies[i]
			if x.phase != phase || !x.isFor(c) {
				continue
			}
			if found == nil || phase != p.phase || p.phase == "" || x.after <= c.now.Sub(p.since) {
				found = x
			}
		}
		if found != nil {
			return found
		}
	}
	return nil
}

func (p *replay) write(c *call) *recordedAt {
	key := c.method + " " + strings.ToLower(c.path)
	var fitting []*recordedAt
	for i := range p.replies {
		if p.replies[i].isFor(c) {
			fitting = append(fitting, &p.replies[i])
		}
	}
	if len(fitting) == 0 {
		return nil
	}
	x := fitting[min(p.writes[key], len(fitting)-1)]
	p.writes[key]++
	if x.accepted() && sameID(c.path, p.compute) {
		p.phase, p.since = c.method, c.now
	}
	return x
}

func (x *recordedAt) isFor(c *call) bool {
	return x.Request.Method == c.method && sameID(x.Request.Path, c.path) && x.continuation() == strings.Join(valuesFold(c.query, "$skip"), ",")
}

var skipParameter = regexp.MustCompile(`(?i)(?:^|&)(?:\$|%24)skip=([^&]*)`)

// continuation tells the pages of a list apart.
func (x *recordedAt) continuation() string {
	if found := skipParameter.FindStringSubmatch(x.Request.Query); found != nil {
		return found[1]
	}
	return ""
}

// sized matches a placeholder for text of a known length, such as the signature of a status URL.
var sized = regexp.MustCompile(`\{[a-z]+:(\d{1,5})\}`)

// expandPlaceholders makes the sized placeholders as long as what they stand for, which exposes clients that cut long URLs.
func expandPlaceholders(text string) string {
	return sized.ReplaceAllStringFunc(text, func(placeholder string) string {
		n, _ := strconv.Atoi(sized.FindStringSubmatch(placeholder)[1]) // The expression matches digits only.
		return strings.Repeat("0", n)
	})
}
