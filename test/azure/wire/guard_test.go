package wire

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

const (
	manager   = Manager("https://arm.example/gateway")
	workspace = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w"
	own       = workspace + "/computes/own"
)

// TestTheGuardSendsNothingElse: each request is sent after a read has shown that the name
// is free, and those with "attached" after an attach too.
func TestTheGuardSendsNothingElse(t *testing.T) {
	const detach = "?api-version=1&underlyingResourceAction=detach"
	for request, want := range map[string]bool{
		"GET " + own:                               true,
		"GET " + workspace + "/computes":           true,
		"PUT " + own:                               true,
		"PUT " + workspace + "/computes/others":    false,
		"PUT " + workspace + "/computes/own2":      false,
		"PUT " + workspace + "/computes/own/nodes": false,
		"PUT " + workspace:                         false,
		"PATCH " + own:                             false,
		"POST " + own:                              false,
		"DELETE " + own + detach:                   false, // Nothing was attached.
		"attached DELETE " + own + detach:          true,
		"attached DELETE " + own + "?underlyingResourceAction=Detach": true,
		"attached DELETE " + own: false,
		"attached DELETE " + own + "?underlyingResourceAction=delete":                                     false,
		"attached DELETE " + own + "?underlyingResourceAction=detach&underlyingResourceAction=delete":     false,
		"attached DELETE " + workspace + "/computes/others" + detach:                                      false,
		"attached DELETE " + workspace + detach:                                                           false,
		"attached DELETE /subscriptions/s/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/a?x=1": false,
		"attached DELETE /subscriptions/s/resourceGroups/g?x=1":                                           false,
	} {
		sent := ""
		guard := &Guard{Manager: manager, Computes: []string{own}}
		through := guard.Through(transport(func(r *http.Request) (*http.Response, error) {
			sent = r.Method
			status := http.StatusOK
			if r.Method == http.MethodGet {
				status = http.StatusNotFound
			}
			return &http.Response{StatusCode: status, Body: http.NoBody}, nil
		}))
		do := func(method, path string) {
			r, err := http.NewRequestWithContext(t.Context(), method, string(manager)+path, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			response, err := through.Do(r)
			if err == nil {
				_ = response.Body.Close()
			} else if !strings.Contains(err.Error(), "was not sent") {
				t.Error(err)
			}
		}
		rest, attached := strings.CutPrefix(request, "attached ")
		do(http.MethodGet, own)
		if attached {
			do(http.MethodPut, own)
		}
		method, path, _ := strings.Cut(rest, " ")
		do(http.MethodGet, path) // Even if this name is free too, it is not this run's.
		sent = ""
		do(method, path)
		if got := sent != ""; got != want {
			t.Errorf("%s: sent %v, want %v", request, got, want)
		}
	}
}

func TestTheGuardRequiresAFreeName(t *testing.T) {
	guard := &Guard{Manager: manager, Computes: []string{own}}
	through := guard.Through(transport(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
	}))
	for _, method := range []string{http.MethodGet, http.MethodPut} {
		r, err := http.NewRequestWithContext(t.Context(), method, string(manager)+own, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		response, err := through.Do(r)
		if err == nil {
			_ = response.Body.Close()
		}
		if refused := err != nil; refused != (method == http.MethodPut) {
			t.Errorf("%s: %v", method, err)
		}
	}
	if guard.Attached(own) {
		t.Error("a PUT that was not sent counts as an attach")
	}
}

// TestTheRecorderKeepsRequestsAndReplies of Resource Manager, and leaves out the sign-in.
func TestTheRecorderKeepsRequestsAndReplies(t *testing.T) {
	recorder := &Recorder{Manager: manager}
	recorder.Step("a step")
	through := recorder.Through(transport(func(r *http.Request) (*http.Response, error) {
		if r.Body != nil {
			if body, err := io.ReadAll(r.Body); err != nil || string(body) != "request" {
				t.Errorf("the request's body is %q, %v", body, err)
			}
		}
		return &http.Response{
			StatusCode: http.StatusAccepted, Header: http.Header{"X-One": {"1"}},
			Body: io.NopCloser(io.MultiReader(strings.NewReader("reply"), failing{io.ErrUnexpectedEOF})),
		}, nil
	}))
	for _, address := range []string{string(manager) + own + "?a=b", "https://login.example/tenant/token", "https://arm.example/tenant/token"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, address, strings.NewReader("request"))
		if err != nil {
			t.Fatal(err)
		}
		response, err := through.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if string(body) != "reply" || err != io.ErrUnexpectedEOF { //nolint:errorlint // It must be this very error.
			t.Errorf("the reply's body is %q, %v", body, err)
		}
	}
	all := recorder.Exchanges()
	if len(all) != 1 {
		t.Fatalf("recorded %d exchanges", len(all))
	}
	x := all[0]
	if x.Step != "a step" || x.Method != http.MethodPut || x.URL != string(manager)+own+"?a=b" || string(x.RequestBody) != "request" ||
		x.Status != http.StatusAccepted || x.Header.Get("X-One") != "1" || string(x.Body) != "reply" {
		t.Errorf("recorded %+v", x)
	}
}
