package emulator

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// both runs a test with a server and without one.
func both(t *testing.T, test func(*testing.T, *Emulator)) {
	t.Helper()
	t.Run("server", func(t *testing.T) { test(t, newServer(t)) })
	t.Run("handler", func(t *testing.T) { test(t, newHandler(t)) })
}

// open sends a request, and leaves the reply's body to be read.
func open(ctx context.Context, t *testing.T, e *Emulator, method, body string) (reply io.Reader, length int64, err error) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, e.URL()+computePath+version, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+e.Token())
	response, err := e.HTTPClient().Do(r)
	if err != nil {
		return nil, 0, err
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	return response.Body, response.ContentLength, nil
}

// Only the client ends the wait, and the service has done its work.
func TestHold(t *testing.T) {
	both(t, func(t *testing.T, e *Emulator) {
		e.Inject(Fault{Method: http.MethodPut, Hold: true})
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			for _, there := e.Compute(computePath); !there; _, there = e.Compute(computePath) {
				time.Sleep(time.Millisecond)
			}
			cancel()
		}()
		if _, _, err := open(ctx, t, e, http.MethodPut, attachBody); !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v; want no reply", err)
		}
	})
}

func TestDribble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newHandler(t)
		e.Inject(Fault{Times: 2, Dribble: time.Second, Status: 200, Body: "hello"})
		start := time.Now()
		reply, _, err := open(t.Context(), t, e, http.MethodGet, "")
		if err != nil || time.Since(start) > 0 {
			t.Fatalf("%v after %s", err, time.Since(start))
		}
		body, err := io.ReadAll(reply)
		if string(body) != "hello" || err != nil || time.Since(start) < 5*time.Second {
			t.Errorf("%q, %v, after %s", body, err, time.Since(start))
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		if reply, _, err = open(ctx, t, e, http.MethodGet, ""); err != nil {
			t.Fatal(err)
		}
		if body, err = io.ReadAll(reply); string(body) != "he" || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%q, %v", body, err)
		}
	})
	e := newServer(t)
	e.Inject(Fault{Dribble: time.Microsecond, Status: 200, Body: "hello"})
	if a := e.call(t, http.MethodGet, computePath+version, ""); a.body != "hello" || a.length != -1 {
		t.Errorf("%q of length %d", a.body, a.length)
	}
}

func TestPad(t *testing.T) {
	both(t, func(t *testing.T, e *Emulator) {
		e.Inject(Fault{Times: 2, Status: 200, Body: "{}", Pad: 1 << 20})
		a := e.call(t, http.MethodGet, computePath+version, "", "Accept-Encoding", "identity")
		if len(a.body) != 2+1<<20 || a.length != 2+1<<20 || strings.TrimRight(a.body, " ") != "{}" {
			t.Errorf("%d bytes, of %d announced, begin with %.5q", len(a.body), a.length, a.body)
		}
		// Compressed, it is a small reply with a large body.
		if a = e.call(t, http.MethodGet, computePath+version, "", "Accept-Encoding", "gzip"); len(a.body) > 1<<13 {
			t.Errorf("%d bytes compressed", len(a.body))
		}
	})
}

func TestEndless(t *testing.T) {
	both(t, func(t *testing.T, e *Emulator) {
		e.Inject(Fault{Endless: true})
		reply, length, err := open(t.Context(), t, e, http.MethodGet, "")
		if err != nil {
			t.Fatal(err)
		}
		if n, err := io.CopyN(io.Discard, reply, 16<<20); err != nil || length != -1 {
			t.Errorf("%d bytes, %v, of %d announced", n, err, length)
		}
	})
}

func TestMergeAndRemove(t *testing.T) {
	e := newHandler(t)
	attach(t, e, computePath)
	faults, err := ReadFaults(strings.NewReader(`[{
		"times": 2,
		"merge": {
			"tags": {"env": "prod"}, "properties": {"resourceId": null, "provisioningState": 7},
			"value": {"properties": {"resourceId": null}}, "location": ["x"]
		},
		"remove": ["properties.createdOn", "value.properties.createdOn", "no.such.field", "id"]
	}]`))
	if err != nil {
		t.Fatal(err)
	}
	e.Inject(faults...)
	compute := e.call(t, http.MethodGet, computePath+version, "").json(t)
	properties := compute["properties"].(map[string]any)
	resourceID, there := properties["resourceId"]
	if !there || resourceID != nil || properties["provisioningState"] != 7.0 || properties["computeType"] != "Batch" {
		t.Error(properties)
	}
	if diff := cmp.Diff([]any{map[string]any{"env": "prod"}, []any{"x"}, nil, nil},
		[]any{compute["tags"], compute["location"], compute["id"], properties["createdOn"]}); diff != "" {
		t.Error(diff)
	}
	list := e.call(t, http.MethodGet, DefaultWorkspaceID+"/computes"+version, "").json(t)
	listed := list["value"].([]any)[0].(map[string]any)["properties"].(map[string]any)
	if resourceID, there := listed["resourceId"]; !there || resourceID != nil || listed["createdOn"] != nil || listed["computeType"] != "Batch" {
		t.Error(listed)
	}
}

func TestEcho(t *testing.T) {
	e := newHandler(t)
	e.Inject(Fault{Echo: true})
	a := e.want(t, http.StatusUnauthorized, http.MethodGet, computePath+version, "")
	message, _ := a.json(t)["error"].(map[string]any)["message"].(string)
	for _, part := range []string{"GET https://management.emulator" + computePath + version, "Authorization: Bearer " + e.Token()} {
		if !strings.Contains(message, part) {
			t.Errorf("%q is not in %q", part, message)
		}
	}
}
