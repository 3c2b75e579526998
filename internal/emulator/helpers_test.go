package emulator

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	version     = "?api-version=2020-02-02"
	computePath = DefaultWorkspaceID + "/computes/batch1"
	attachBody  = `{"location": "westeurope", "properties": {"computeType": "Batch", "resourceId": "` + DefaultBatchAccountID + `"}}`
)

// newServer starts an emulator that listens until the end of the test, as package emulatortest has it.
func newServer(t *testing.T, options ...Option) *Emulator {
	t.Helper()
	e, err := Start(options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// newHandler returns an emulator without a server, whose client works under synctest.
func newHandler(t *testing.T, options ...Option) *Emulator {
	t.Helper()
	e, err := NewHandler(options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// closeNow closes an emulator before the end of the test, so that another one can have its data file.
func closeNow(t *testing.T, e *Emulator) {
	t.Helper()
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
}

// readReply is a reply that has been read.
type readReply struct {
	status int
	header http.Header
	length int64
	body   string
}

func (r readReply) json(t *testing.T) map[string]any {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal([]byte(r.body), &doc); err != nil {
		t.Fatalf("%v in %q", err, r.body)
	}
	return doc
}

// errorCode is the code of an error in either envelope.
func (r readReply) errorCode(t *testing.T) string {
	t.Helper()
	inner, _ := r.json(t)["error"].(map[string]any)
	code, _ := inner["code"].(string)
	return code
}

// send sends a request with a token. The path is absolute, or the whole address.
func send(t *testing.T, e *Emulator, method, path, body string, header ...string) (readReply, error) {
	t.Helper()
	if !strings.HasPrefix(path, "https://") {
		path = e.URL() + path
	}
	r, err := http.NewRequestWithContext(t.Context(), method, path, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+e.Token())
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := e.HTTPClient().Do(r)
	if err != nil {
		return readReply{}, err
	}
	defer func() { _ = response.Body.Close() }()
	read, err := io.ReadAll(response.Body)
	return readReply{response.StatusCode, response.Header, response.ContentLength, string(read)}, err
}

// call is send for requests that must get a reply.
func (e *Emulator) call(t *testing.T, method, path, body string, header ...string) readReply {
	t.Helper()
	a, err := send(t, e, method, path, body, header...)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// want is call for replies that must have a status.
func (e *Emulator) want(t *testing.T, status int, method, path, body string, header ...string) readReply {
	t.Helper()
	a := e.call(t, method, path, body, header...)
	if a.status != status {
		t.Fatalf("%s %s: status %d, want %d; %s", method, path, a.status, status, a.body)
	}
	return a
}

// attach attaches the default Batch account, and returns the status URL.
func attach(t *testing.T, e *Emulator, path string) string {
	t.Helper()
	return e.want(t, http.StatusCreated, http.MethodPut, path+version, attachBody).header.Get("Azure-AsyncOperation")
}
