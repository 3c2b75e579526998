package azureml

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A workspace's region is read once, by the first caller for all others, and again only if
// that failed.
func TestLocation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var body string
		requests := 0
		workspace := mustClient(t, staticToken{}, Options{Transport: transport(func(request *http.Request) (*http.Response, error) {
			requests++
			time.Sleep(time.Second)
			return reply(body).Do(request)
		})}).Workspace(testWorkspace.ID)
		for _, invalid := range []string{`{"location": ""}`, `{"location": 7}`, `{}`, `[]`} {
			body = invalid
			if location, err := workspace.Location(t.Context()); location != "" || err == nil || !isMalformed(err) {
				t.Errorf("%s: %q, %v", invalid, location, err)
			}
		}
		body, requests = `{"location": "westeurope"}`, 0
		var callers sync.WaitGroup
		for range 3 {
			callers.Go(func() {
				if location, err := workspace.Location(t.Context()); location != "westeurope" || err != nil {
					t.Errorf("it is %q, %v", location, err)
				}
			})
		}
		time.Sleep(time.Second / 2)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/4)
		defer cancel()
		if _, err := workspace.Location(ctx); err == nil || err.Error() != "Timed out while reading the region of workspace ws0." {
			t.Errorf("an interrupted caller gets %v", err)
		}
		if callers.Wait(); requests != 1 {
			t.Errorf("%d requests were sent, want 1", requests)
		}
	})
}

// A shared account is reported once, in whatever letter case.
func TestReportOnce(t *testing.T) {
	of := func(account string) *SharedAccount {
		return &SharedAccount{Computes: []*BatchCompute{{ClusterResourceID: account}, {ClusterResourceID: "/another"}}}
	}
	cache, first, other := newWorkspaceCache(), of(ownAccount), of(otherAccount)
	if cache.reportOnce(nil) != nil || cache.reportOnce(first) != first || cache.reportOnce(of(strings.ToUpper(ownAccount))) != nil || cache.reportOnce(other) != other {
		t.Error("a shared account is not reported once")
	}
}
