package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// RecordedHost stands for Resource Manager's host in a recording. It does not exist.
const RecordedHost = "https://management.example"

// A Recording is what a client and the service sent each other about one compute, from before its attach until after its
// detach. Placeholders stand for everything private. [WithReplay] makes an emulator replay it.
type Recording struct {
	About     []string   `json:"about"`
	Exchanges []Exchange `json:"exchanges"`
}

// An Exchange is a request and the service's reply. A status of 0 is a request without a reply.
type Exchange struct {
	Step     string        `json:"step,omitempty"`
	At       Span          `json:"at"` // since the beginning of the recording
	Took     Span          `json:"took,omitempty"`
	Request  RecordedCall  `json:"request"`
	Response RecordedReply `json:"response"`
}

// A RecordedCall is a request. The headers are left out.
type RecordedCall struct {
	Method string          `json:"method"`
	Path   string          `json:"path"`
	Query  string          `json:"query,omitempty"`
	Body   json.RawMessage `json:"body,omitempty"`
}

// A RecordedReply is a reply with the headers that describe the service. A missing body means an empty one.
type RecordedReply struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    json.RawMessage   `json:"body,omitempty"`
}

// Header returns the value of a header, whose name is matched without regard to case, or empty if there is none.
func (r RecordedReply) Header(name string) string {
	for key, value := range r.Headers {
		if strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}

// accepted reports whether this is a write that the service accepted.
func (x Exchange) accepted() bool {
	return (x.Request.Method == http.MethodPut || x.Request.Method == http.MethodDelete) && x.Response.Status/100 == 2
}

// ReadRecording reads a recording from JSON. It refuses one without an attach.
func ReadRecording(r io.Reader) (*Recording, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("recording: %w", err)
	}
	var recording Recording
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&recording); err != nil {
		return nil, fmt.Errorf("recording: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("recording: there is more than one JSON value")
	}
	if err := refuseNull(data, "about", "exchanges"); err != nil {
		return nil, fmt.Errorf("recording: %w", err)
	}
	if recording.ComputeID() == "" || recording.BatchAccountID() == "" {
		return nil, errors.New("recording: it has no PUT that attaches a Batch account")
	}
	return &recording, nil
}

// ComputeID returns the id of the recording's compute, which is the first one to be attached.
func (r *Recording) ComputeID() string {
	if put := r.attach(); put != nil {
		return put.Request.Path
	}
	return ""
}

// WorkspaceID returns the id of the compute's workspace.
func (r *Recording) WorkspaceID() string { return workspaceOf(r.ComputeID()) }

// BatchAccountID returns the id of the attached Batch account.
func (r *Recording) BatchAccountID() string {
	put := r.attach()
	if put == nil {
		return ""
	}
	var body putRequest
	_ = json.Unmarshal(put.Request.Body, &body) // An empty body names no account.
	return body.Properties.ResourceID
}

// attach returns the first PUT that the service accepted, or else the first one of all.
func (r *Recording) attach() *Exchange {
	var first *Exchange
	for i := range r.Exchanges {
		x := &r.Exchanges[i]
		if x.Request.Method != http.MethodPut || parseRoute(x.Request.Path).kind != routeCompute {
			continue
		}
		if x.accepted() {
			return x
		}
		if first == nil {
			first = x
		}
	}
	return first
}
