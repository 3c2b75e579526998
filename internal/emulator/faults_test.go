package emulator

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFaultReplaces(t *testing.T) {
	e := newHandler(t)
	e.Inject(Fault{
		Method: http.MethodGet, Path: "/COMPUTES/batch1$", Nth: 2, Times: 2, Status: 503,
		Header: map[string]string{"Retry-After": "1"}, Body: `{"error": {"code": "ServerBusy"}}`,
	})
	want := []int{404, 503, 503, 404}
	for i, status := range want {
		e.call(t, http.MethodPut, DefaultWorkspaceID+"/computes/other"+version, attachBody) // It does not match.
		a := e.want(t, status, http.MethodGet, computePath+version, "")
		if status != 503 {
			continue
		}
		if a.header.Get("Retry-After") != "1" || a.errorCode(t) != "ServerBusy" || a.header.Get("x-ms-request-id") != "" {
			t.Errorf("call %d: %v %s", i+1, a.header, a.body)
		}
	}
}

func TestFaultByQueryWithoutEnd(t *testing.T) {
	e := newHandler(t)
	e.Inject(Fault{Method: "get", Query: `\$skip=`, Times: -1, Status: 500})
	for range 3 {
		e.want(t, 500, http.MethodGet, DefaultWorkspaceID+"/computes"+version+"&$skip=1", "")
		e.want(t, 200, http.MethodGet, DefaultWorkspaceID+"/computes"+version, "")
	}
	e.ClearFaults()
	e.want(t, 200, http.MethodGet, DefaultWorkspaceID+"/computes"+version+"&$skip=1", "")
}

func TestFirstFaultHappensAndAllCount(t *testing.T) {
	e := newHandler(t)
	e.Inject(Fault{Status: 500}, Fault{Status: 502}, Fault{Nth: 3, Status: 503})
	for _, status := range []int{500, 404, 503, 404} {
		e.want(t, status, http.MethodGet, computePath+version, "")
	}
}

func TestLostRepliesAndDroppedRequests(t *testing.T) {
	e := newServer(t)
	e.Inject(Fault{Method: http.MethodPut, LoseReply: true}, Fault{Method: http.MethodDelete, Drop: true})
	if _, err := send(t, e, http.MethodPut, computePath+version, attachBody); err == nil {
		t.Error("a lost reply arrives")
	}
	if _, there := e.Compute(computePath); !there {
		t.Error("the service does not do its work before the reply is lost")
	}
	if _, err := send(t, e, http.MethodDelete, computePath+version, ""); err == nil {
		t.Error("a dropped request gets a reply")
	}
	if _, there := e.Compute(computePath); !there {
		t.Error("the service does its work although the request is dropped")
	}
	for _, r := range e.ARMRequests() {
		if r.Status != 0 {
			t.Errorf("%s has status %d in the log", r.Method, r.Status)
		}
	}
}

func TestTruncate(t *testing.T) {
	for name, e := range map[string]*Emulator{"server": newServer(t), "handler": newHandler(t)} {
		e.PutCompute(DefaultWorkspaceID, Compute{Name: "batch1"})
		e.Inject(Fault{Method: http.MethodGet, Truncate: 20})
		a, err := send(t, e, http.MethodGet, computePath+version, "")
		if !errors.Is(err, io.ErrUnexpectedEOF) || len(a.body) != 20 || a.length < 500 {
			t.Errorf("%s: %d of %d bytes, %v", name, len(a.body), a.length, err)
		}
	}
}

func TestDroppedWithoutAServer(t *testing.T) {
	e := newHandler(t)
	e.Inject(Fault{Drop: true})
	if _, err := send(t, e, http.MethodGet, computePath+version, ""); !errors.Is(err, io.EOF) {
		t.Errorf("%v, want EOF", err)
	}
	e.Inject(Fault{Drop: true})
	defer func() {
		if p := recover(); p != http.ErrAbortHandler { //nolint:errorlint // It has to be this value.
			t.Errorf("panic(%v)", p)
		}
	}()
	e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, computePath, nil))
}

func TestDelayAndLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newHandler(t, WithLatency(50*time.Millisecond))
		e.Inject(Fault{Method: http.MethodPut, Delay: 2 * time.Second})
		start := time.Now()
		e.want(t, 404, http.MethodGet, computePath+version, "")
		if got := time.Since(start); got != 50*time.Millisecond {
			t.Errorf("a request took %s", got)
		}
		// The service does its work even if the client does not wait.
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, http.MethodPut, e.URL()+computePath+version, strings.NewReader(attachBody))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+e.Token())
		response, err := e.HTTPClient().Do(r)
		if err == nil {
			_ = response.Body.Close()
		}
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 1050*time.Millisecond {
			t.Errorf("%v after %s", err, time.Since(start))
		}
		if _, there := e.Compute(computePath); !there {
			t.Error("the compute does not exist")
		}
	})
}

func TestEditBodyAndMutate(t *testing.T) {
	e := newHandler(t)
	status := attach(t, e, computePath)
	e.Inject(Fault{Path: "computeOperationsStatus", EditBody: func(doc map[string]any) { doc["name"] = "x" }})
	if got := e.call(t, http.MethodGet, status, "").body; !strings.Contains(got, `"name": "x"`) || !strings.Contains(got, "100.0") {
		t.Error(got)
	}
	if got := e.call(t, http.MethodGet, status, "").body; strings.Contains(got, "name") {
		t.Error("the second reply is", got)
	}
	e.EditCompute(computePath, func(c *Compute) {
		c.Mutate = func(doc map[string]any) {
			delete(doc["properties"].(map[string]any), "computeLocation")
			doc["tags"] = 1
		}
	})
	get := e.call(t, http.MethodGet, computePath+version, "").json(t)
	list := e.call(t, http.MethodGet, DefaultWorkspaceID+"/computes"+version, "").json(t)
	if diff := cmp.Diff([]any{get}, list["value"]); diff != "" {
		t.Error(diff)
	}
	if _, there := get["properties"].(map[string]any)["computeLocation"]; there || get["tags"] != 1.0 {
		t.Error(get)
	}
}

func TestFaultsHappenToSignIns(t *testing.T) {
	e := newServer(t)
	e.Inject(Fault{Path: "/oauth2/v2.0/token$", Status: 400, Body: `{"error": "invalid_request", "error_description": "AADSTS90099: made up"}`})
	if _, err := signIn(t, e, DefaultClientSecret, managementAudience+"/.default"); err == nil || !strings.Contains(err.Error(), "AADSTS90099") {
		t.Error(err)
	}
}

func TestReadFaults(t *testing.T) {
	faults, err := ReadFaults(strings.NewReader(`[
		{"method": "GET", "path": "x$", "nth": 2, "times": -1, "delay": "2s", "loseReply": true, "truncate": 3},
		{"status": 500, "header": {"A": "b"}, "body": {"error": {}}},
		{"status": 500, "body": "text"},
		{"hold": true, "dribble": "1s", "pad": 2000000000, "endless": true, "echo": true, "merge": {"tags": null}, "remove": ["id"]},
		{"method": "DELETE", "until": {"method": "GET", "path": "x$", "nth": 2, "atMost": "1m"}}
	]`))
	want := []Fault{
		{Method: "GET", Path: "x$", Nth: 2, Times: -1, Delay: 2 * time.Second, LoseReply: true, Truncate: 3},
		{Status: 500, Header: map[string]string{"A": "b"}, Body: `{"error": {}}`},
		{Status: 500, Body: "text"},
		{Hold: true, Dribble: time.Second, Pad: 2_000_000_000, Endless: true, Echo: true, Merge: map[string]any{"tags": nil}, Remove: []string{"id"}},
		{Method: "DELETE", Until: &Until{Method: "GET", Path: "x$", Nth: 2, AtMost: time.Minute}},
	}
	if diff := cmp.Diff(want, faults); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	written, err := json.Marshal(faults)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ReadFaults(bytes.NewReader(written))
	if diff := cmp.Diff(want, again); err != nil || diff != "" {
		t.Errorf("faults that are written as JSON are read differently: %v %s", err, diff)
	}
	for _, wrong := range []string{`{}`, `[{"pth": "x"}]`, `[{"path": "("}]`, `[{"delay": "2"}]`, `[{"dribble": 2}]`, `[{"remove": "id"}]`, `[{"until": {"path": "("}}]`, `[{"until": {"atMost": 2}}]`, `[{"status": 199}]`, `[{"status": 1000}]`, `[{"body": {"error": {}}}]`, `[] []`, `[`} {
		if _, err := ReadFaults(strings.NewReader(wrong)); err == nil {
			t.Errorf("%s is read", wrong)
		}
	}
}

func TestInvalidFaultFailsEveryRequest(t *testing.T) {
	e := newHandler(t)
	e.Inject(Fault{Path: "("})
	if a := e.call(t, http.MethodGet, computePath+version, ""); a.status != 500 || !strings.Contains(a.body, "missing closing") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestGzip(t *testing.T) {
	e := newServer(t)
	poll := attach(t, e, computePath)
	for path, compressed := range map[string]bool{poll: true, computePath + version: false} {
		a := e.call(t, http.MethodGet, path, "", "Accept-Encoding", "br, gzip;q=1.0") // Set explicitly, so that the client does not decompress.
		if got := a.header.Get("Content-Encoding") == "gzip"; got != compressed {
			t.Errorf("%.60s: compressed %t", path, got)
		}
		if !compressed {
			continue
		}
		zip, err := gzip.NewReader(bytes.NewReader([]byte(a.body)))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(zip)
		if err != nil || !strings.Contains(string(plain), "Succeeded") || a.length != -1 {
			t.Errorf("%s, %v, length %d", plain, err, a.length)
		}
		if a := e.call(t, http.MethodGet, path, "", "Accept-Encoding", "identity"); a.length != int64(len(a.body)) {
			t.Errorf("plain: %d of %d", a.length, len(a.body))
		}
	}
}

func TestNullIsRefused(t *testing.T) {
	for text, says := range map[string]string{
		" ": "there is no JSON value", `null`: "null is not an array", `[null]`: "faults[0] is null", `[{"status": 500}, null]`: "faults[1] is null",
		`[{"remove": ["id", null]}]`: "remove[1] is null", `[] []`: "more than one",
	} {
		if faults, err := ReadFaults(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("faults of %s are %+v, and the error is %v; it should say %q", text, faults, err, says)
		}
	}
	if _, err := ReadFaults(strings.NewReader(`[{"merge": {"value": [null]}, "status": 200, "body": [null], "until": null, "header": null}]`)); err != nil {
		t.Errorf("null in what a fault replies is refused: %v", err)
	}
	for text, says := range map[string]string{
		`null`: "null is not an array", `[null]`: "failures[0] is null", `[{"operation": "attach"}, null]`: "failures[1] is null",
	} {
		if failures, err := ReadFailures(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("failures of %s are %+v, and the error is %v; it should say %q", text, failures, err, says)
		}
	}
	for text, says := range map[string]string{
		`{"about": [null], "exchanges": []}`: "about[0] is null", `{"exchanges": [null]}`: "exchanges[0] is null",
	} {
		if _, err := ReadRecording(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("a recording of %s: the error is %v; it should say %q", text, err, says)
		}
	}
}
