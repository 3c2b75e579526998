package emulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestHealth(t *testing.T) {
	e := newServer(t)
	e.Inject(Fault{Times: -1, Status: http.StatusInternalServerError})
	response, err := e.HTTPClient().Get(e.URL() + "/healthz") // Without a token.
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("the health address replies %d", response.StatusCode)
	}
	e.want(t, http.StatusOK, http.MethodHead, healthPath, "")
	if a := e.want(t, http.StatusMethodNotAllowed, http.MethodPost, healthPath, ""); a.header.Get("Allow") != "GET, HEAD" {
		t.Errorf("a POST says that %q is allowed", a.header.Get("Allow"))
	}
	if logged := e.Requests(); len(logged) != 0 {
		t.Errorf("the log of requests to Azure has %+v", logged)
	}
}

func TestFaultsWhileServing(t *testing.T) {
	e := newServer(t)
	status := func() int { return e.call(t, http.MethodGet, DefaultWorkspaceID+version, "").status }
	first := `[{"path": "/workspaces/", "times": -1, "status": 503}, {"path": "/x", "until": {"nth": 2, "atMost": "1m0s"}, "delay": "2s"}]`
	e.want(t, http.StatusNoContent, http.MethodPut, faultsPath, first, "Authorization", "")
	if got := status(); got != 503 {
		t.Errorf("with a fault of 503, the status is %d", got)
	}
	shown := e.want(t, http.StatusOK, http.MethodGet, faultsPath, "")
	var got, want any
	if err := json.Unmarshal([]byte(shown.body), &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(first), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the faults are shown in another way than they were put: %s", diff)
	}
	// What is shown can be put again.
	e.want(t, http.StatusNoContent, http.MethodPut, faultsPath, shown.body)
	if got := status(); got != 503 {
		t.Errorf("with the faults as they were shown, the status is %d", got)
	}
	e.want(t, http.StatusNoContent, http.MethodPut, faultsPath, `[{"path": "/workspaces/", "times": -1, "status": 418}]`)
	if got := status(); got != 418 {
		t.Errorf("after a second PUT, which replaces the first, the status is %d", got)
	}
	for _, invalid := range []string{``, `{}`, `null`, `[null]`, `[{"path": "("}]`, `[{"unknown": 1}]`} {
		if a := e.want(t, http.StatusBadRequest, http.MethodPut, faultsPath, invalid); !strings.Contains(a.body, "faults") {
			t.Errorf("%q is refused with %q", invalid, a.body)
		}
	}
	if got := status(); got != 418 {
		t.Errorf("after PUTs that were refused, the status is %d", got)
	}
	e.want(t, http.StatusNoContent, http.MethodDelete, faultsPath, "")
	if got := status(); got != http.StatusOK {
		t.Errorf("after a DELETE of the faults, the status is %d", got)
	}
	if a := e.want(t, http.StatusOK, http.MethodGet, faultsPath, ""); a.body != "[]\n" {
		t.Errorf("no faults are shown as %q", a.body)
	}
	e.want(t, http.StatusMethodNotAllowed, http.MethodPatch, faultsPath, "[]")
	if slices.ContainsFunc(e.Requests(), func(r Request) bool { return r.Path == faultsPath }) {
		t.Error("the log of requests to Azure has one for the faults")
	}
}

// An emulator that other machines reach lets none of them break it.
func TestFaultsAreForThisMachine(t *testing.T) {
	e := newHandler(t)
	for address, want := range map[string]int{
		"127.0.0.1:1": http.StatusNoContent, "127.9.9.9:1": http.StatusNoContent, "[::1]:1": http.StatusNoContent, "[::ffff:127.0.0.1]:1": http.StatusNoContent,
		"10.0.0.5:1": http.StatusForbidden, "[fd00::5]:1": http.StatusForbidden, "somewhere": http.StatusForbidden,
	} {
		for _, method := range []string{http.MethodPut, http.MethodDelete} {
			w, r := httptest.NewRecorder(), httptest.NewRequest(method, faultsPath, bytes.NewReader([]byte("[]")))
			r.RemoteAddr = address
			if e.ServeHTTP(w, r); w.Code != want {
				t.Errorf("a %s from %s gets %d, want %d", method, address, w.Code, want)
			}
		}
	}
}

func TestClearedFaultLetsWaitingRequestsGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newHandler(t)
		e.Inject(Fault{Path: "/computes$", Until: &Until{Path: "/never"}})
		began, done := time.Now(), make(chan struct{})
		go func() {
			defer close(done)
			e.want(t, http.StatusOK, http.MethodGet, DefaultWorkspaceID+"/computes"+version, "")
		}()
		time.Sleep(time.Second)
		e.ClearFaults()
		<-done
		if took := time.Since(began); took != time.Second {
			t.Errorf("the request took %s; its fault was cleared after a second", took)
		}
	})
}
