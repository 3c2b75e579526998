package azureml

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// What is there after a DELETE that was refused as busy, or whose reply was lost, decides
// whether it is sent again. A read that fails decides nothing.
func TestDetachIsSettled(t *testing.T) {
	there, busyThere := computeOf(ownAccount, "Succeeded", 1), computeOf(ownAccount, "Updating", 1)
	for name, test := range map[string]struct {
		deletes, gets []string
		sent          string
		says          string
	}{
		"lost, and gone":               {[]string{lost}, []string{there, gone}, "GET DELETE GET", ""},
		"lost, and attached since":     {[]string{lost}, []string{there, computeOf(ownAccount, "Succeeded", 2)}, "GET DELETE GET", ""},
		"lost, and being removed":      {[]string{lost}, []string{there, computeOf(ownAccount, "Deleting", 1)}, "GET DELETE GET", ""},
		"lost, and not done":           {[]string{lost, taken}, []string{there}, "GET DELETE GET DELETE", ""},
		"lost, and the look refused":   {[]string{lost}, []string{there, refuses}, "GET DELETE GET", "AuthorizationFailed"},
		"busy, and being changed":      {[]string{busyNow, busyNow, taken}, []string{there, busyThere}, "GET DELETE GET DELETE GET DELETE", ""},
		"gone already":                 {[]string{gone}, []string{there}, "GET DELETE", ""},
		"refused":                      {[]string{refuses}, []string{there}, "GET DELETE", "AuthorizationFailed"},
		"lost, and then refused":       {[]string{lost, refuses}, []string{there}, "GET DELETE GET DELETE", "AuthorizationFailed"},
		"taken, and the reply arrives": {[]string{taken}, []string{there}, "GET DELETE", ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := &script{replies: map[string][]string{http.MethodDelete: test.deletes, http.MethodGet: test.gets}}
				compute, err := service.workspace(t).BatchCompute(t.Context(), "c")
				if err != nil {
					t.Fatal(err)
				}
				err = compute.Detach(t.Context())
				if sent := strings.Join(service.sent, " "); sent != test.sent {
					t.Errorf("it sent %s, want %s", sent, test.sent)
				}
				if test.says == "" && err != nil || test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)) {
					t.Errorf("it ends with %v, want %q", err, test.says)
				}
				if compute.Deleting() != (test.says == "") {
					t.Errorf("the compute is %s", compute.ProvisioningState)
				}
			})
		})
	}
}

// A detach that is refused as busy is repeated for as long as another operation is changing
// the compute, and for two minutes without one or if the conflict is about something else.
func TestDetachOfABusyCompute(t *testing.T) {
	quota := `409 {"error": {"code": "QuotaExceeded", "message": "Too many."}}`
	for _, test := range []struct {
		refusal, state string
		ends           bool
	}{{busyNow, "Updating", true}, {busyNow, "Succeeded", false}, {quota, "Updating", false}} {
		synctest.Test(t, func(t *testing.T) {
			deletes := many(12, test.refusal, taken) // for three minutes at least
			service := &script{replies: map[string][]string{http.MethodDelete: deletes, http.MethodGet: {computeOf(ownAccount, test.state, 1)}}}
			compute, err := service.workspace(t).BatchCompute(t.Context(), "c")
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			err = compute.Detach(t.Context())
			if took := time.Since(began); (err == nil) != test.ends || took < 2*time.Minute || !test.ends && took > 160*time.Second {
				t.Errorf("%s, %s: after %s it ends with %v", test.state, test.refusal, took, err)
			}
			if e, ok := errors.AsType[*Error](err); ok && e.Kind() != KindOther {
				t.Errorf("%s, %s: the error has kind %d, as if an operation were in progress", test.state, test.refusal, e.Kind())
			}
		})
	}
}

// A detach that times out says what it was doing, and whether Azure may have accepted it.
func TestDetachIsInterrupted(t *testing.T) {
	const doing = `Timed out while asking Azure to detach compute "c".`
	for name, test := range map[string]struct {
		replies map[string][]string
		before  bool // the context has ended before the detach
		says    string
	}{
		"in a try":            {map[string][]string{http.MethodDelete: {hangs}, http.MethodGet: {ownThere}}, false, doing + " Azure may have accepted it."},
		"before the first":    {map[string][]string{http.MethodGet: {ownThere}}, true, doing},
		"while it is settled": {map[string][]string{http.MethodDelete: {lost}, http.MethodGet: {ownThere, hangs}}, false, doing + " Azure may have accepted it.\n\nThe last error was:\nAzure did not reply: connection reset by peer"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := &script{replies: test.replies}
				compute, err := service.workspace(t).BatchCompute(t.Context(), "c")
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				if test.before {
					time.Sleep(time.Hour)
				}
				err = compute.Detach(ctx)
				if err == nil || strings.TrimSuffix(err.Error(), "\n\nRequest: DELETE "+testWorkspace.ID.ComputeID("c")) != test.says {
					t.Errorf("the error is\n%v\nwant\n%s", err, test.says)
				}
			})
		})
	}
}
