package azureml

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// estate is a subscription of workspaces. Each of their lists takes a second, and has pages.
type estate struct {
	names []string                        // of the workspaces
	pages func(workspace string) []string // the computes of each page, separated by spaces

	mutex                    sync.Mutex
	lists, running, together int // together is how many lists were read at the same time
}

func (e *estate) Do(request *http.Request) (*http.Response, error) {
	base, parts := "https://management.azure.com", strings.Split(request.URL.Path, "/")
	if request.URL.Path == "/subscriptions/"+testWorkspace.ID.SubscriptionID+"/providers/Microsoft.MachineLearningServices/workspaces" {
		var ids []string
		for _, name := range e.names {
			ids = append(ids, fmt.Sprintf(`{"id": %q}`, WorkspaceID{testWorkspace.ID.SubscriptionID, "rg-ml", name}.String()))
		}
		return reply(`{"value": [` + strings.Join(ids, ",") + `]}`).Do(request)
	}
	defer e.count()()
	select {
	case <-request.Context().Done():
		return nil, request.Context().Err()
	case <-time.After(time.Second):
	}
	pages, page := e.pages(parts[len(parts)-2]), 0
	_, _ = fmt.Sscan(request.URL.Query().Get("page"), &page)
	var computes []string
	for _, name := range strings.Fields(pages[page]) {
		computes = append(computes, fmt.Sprintf(`{"name": %q, "properties": {"computeType": "Batch", "resourceId": "/%s"}}`, name, name))
	}
	next := ""
	if page+1 < len(pages) {
		next = fmt.Sprintf("%s%s?page=%d", base, request.URL.Path, page+1)
	}
	return reply(fmt.Sprintf(`{"value": [%s], "nextLink": %q}`, strings.Join(computes, ","), next)).Do(request)
}

// count counts a list while it is read.
func (e *estate) count() (end func()) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.lists++
	e.running++
	e.together = max(e.together, e.running)
	return func() {
		e.mutex.Lock()
		defer e.mutex.Unlock()
		e.running--
	}
}

func everywhere(names ...string) func(string) []string { return func(string) []string { return names } }

func newEstate(n int, pages func(string) []string) *estate {
	e := &estate{pages: pages}
	for i := range n {
		e.names = append(e.names, fmt.Sprintf("ws%02d", i))
	}
	return e
}

// A search reads ten workspaces at the same time. With a limit it reads no more ahead than may
// be wanted, and once the caller has enough it ends at once and sends nothing more.
func TestFindReadsAhead(t *testing.T) {
	for name, test := range map[string]struct {
		limit, wanted          int // computes
		lists, together, takes int
	}{
		"all":                      {0, 25, 25, 10, 3},
		"a limit":                  {3, 3, 5, 3, 1},
		"a limit beyond the first": {1, 5, 5, 1, 5},
		"stopped by the caller":    {0, 1, 25, 10, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := newEstate(25, everywhere("c"))
				client := mustClient(t, staticToken{}, Options{Transport: service, SubscriptionID: testWorkspace.ID.SubscriptionID})
				began, found := time.Now(), 0
				for listing, err := range client.Find(t.Context(), Search{Limit: test.limit}) {
					if err != nil {
						t.Fatal(err)
					}
					if found += len(listing.Computes); found == test.wanted {
						break
					}
				}
				if service.running != 0 {
					t.Errorf("%d requests are still running", service.running)
				}
				if took := time.Since(began); found != test.wanted || took != time.Duration(test.takes)*time.Second {
					t.Errorf("%d computes were found in %s, want %d in %d s", found, took, test.wanted, test.takes)
				}
				if service.together != test.together || service.lists > test.lists {
					t.Errorf("%d lists were read, %d at the same time; want %d at most, %d", service.lists, service.together, test.lists, test.together)
				}
			})
		})
	}
}

// A search that is interrupted between two workspaces ends with an error.
func TestFindIsInterrupted(t *testing.T) {
	for range 20 { // which of two things happens first is random
		synctest.Test(t, func(t *testing.T) {
			client := mustClient(t, staticToken{}, Options{Transport: newEstate(5, everywhere("c")), SubscriptionID: testWorkspace.ID.SubscriptionID})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var last error
			for _, err := range client.Find(ctx, Search{Limit: 1}) {
				cancel()
				last = err
			}
			if _, ok := errors.AsType[*InterruptedError](last); !ok {
				t.Fatalf("it ends with %v", last)
			}
		})
	}
}

// What a search has read completely serves the reads that follow it.
func TestFindIsShared(t *testing.T) {
	for limit, requests := range map[int]int{0: 0, 5: 0, 1: 1} {
		synctest.Test(t, func(t *testing.T) {
			service := newEstate(1, everywhere("a", "b"))
			client := mustClient(t, staticToken{}, Options{Transport: service})
			id := WorkspaceID{testWorkspace.ID.SubscriptionID, "rg-ml", "ws00"}
			found := 0
			for listing, err := range client.Find(t.Context(), Search{Workspace: id, Limit: limit}) {
				if err != nil {
					t.Fatal(err)
				}
				found += len(listing.Computes)
			}
			before := service.lists
			_, _ = client.Workspace(id).RecentBatchCompute(t.Context(), "a")
			if n := service.lists - before; n != requests || limit != 1 && found != 2 {
				t.Errorf("limit %d: %d computes, and %d requests for one of them, want %d", limit, found, n, requests)
			}
		})
	}
}

// A shared account that a search has found is not reported again by a read.
func TestFindReportsSharedAccounts(t *testing.T) {
	compute := `{"name": %q, "properties": {"computeType": "Batch", "resourceId": "/x"}}`
	client := mustClient(t, staticToken{}, Options{Transport: reply(fmt.Sprintf(`{"value": [`+compute+`, `+compute+`]}`, "a", "b"))})
	for listing, err := range client.Find(t.Context(), Search{Workspace: testWorkspace.ID}) {
		if err != nil || len(listing.Shared) != 1 {
			t.Errorf("the search finds %v, %v", listing, err)
		}
	}
	if found, err := client.Workspace(testWorkspace.ID).LookUpRecent(t.Context(), "a"); err != nil || found.Batch == nil || found.Shared != nil {
		t.Errorf("the read finds %+v, %v", found, err)
	}
}

// An error that concerns every workspace ends a search; that of one does not.
func TestErrorsThatEndASearch(t *testing.T) {
	for _, test := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{refusal(403, "AuthorizationFailed", ""), false},
		{&Error{StatusCode: 403, fromService: true}, false},
		{&Error{StatusCode: 403}, true},                     // of a proxy
		{&Error{StatusCode: 200, malformed: true}, true},    // its page
		{&Error{StatusCode: 200, fromService: true}, false}, // a list of another form
		{refusal(404, "ParentResourceNotFound", ""), false}, // deleted meanwhile
		{&Error{StatusCode: 404}, true},                     // nothing that says so
		{refusal(404, "SubscriptionNotFound", ""), true},
		{refusal(401, "InvalidAuthenticationToken", ""), true},
		{refusal(408, "RequestTimeout", ""), true},
		{refusal(503, "ServerBusy", ""), true},
		{&NoReplyError{Cause: errors.New("reset")}, true},
		{noTokenError{}, true},
		{&InterruptedError{Cause: context.Canceled}, true},
	} {
		if endsSearch(test.err) != test.want {
			t.Errorf("%v: got %t", test.err, !test.want)
		}
	}
}

// In a search of a single workspace any error ends it, and names the workspace.
func TestFindInOneWorkspaceFails(t *testing.T) {
	client := mustClient(t, staticToken{}, Options{Transport: reply("{}")})
	for listing, err := range client.Find(t.Context(), Search{Workspace: testWorkspace.ID}) {
		if err == nil || !strings.HasPrefix(err.Error(), `workspace "ws0": `) || !isMalformed(err) {
			t.Errorf("got %v, %v", listing, err)
		}
	}
}
