package azureml

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// endlessList is a service whose list always has a next page, up to the last if that is set.
type endlessList struct{ page, computes, last int }

func (l *endlessList) Do(request *http.Request) (*http.Response, error) {
	l.page++
	compute := `{"name": "x", "properties": {"computeType": "Batch", "resourceId": "/a"}}`
	next := fmt.Sprintf("https://management.azure.com/?page=%d", l.page)
	if l.page == l.last {
		next = ""
	}
	body := fmt.Sprintf(`{"nextLink": %q, "value": [%s]}`, next, strings.TrimSuffix(strings.Repeat(compute+",", l.computes), ","))
	return reply(body).Do(request)
}

func TestEndlessList(t *testing.T) {
	for computes, wantPages := range map[int]int{0: maxPages, 1: maxPages, 100: maxComputes/100 + 1, 300: maxComputes/300 + 2} {
		service := &endlessList{computes: computes}
		client := mustClient(t, staticToken{}, Options{Transport: service})
		var last error
		count := 0
		for _, last = range client.Workspace(WorkspaceID{"s", "g", "w"}).BatchComputes(t.Context()) {
			count++
		}
		if last == nil || !strings.Contains(last.Error(), "has no end") || service.page != wantPages || count > wantPages*computes+1 {
			t.Errorf("%d on a page: %d pages, %d computes, %v", computes, service.page, count, last)
		}
	}
}

// A list may have as many pages, and as many computes, as the limits say.
func TestLongestList(t *testing.T) {
	for name, test := range map[string]struct {
		pages, computes int
		ok              bool
	}{
		"all pages":         {maxPages, 0, true},
		"a page more":       {maxPages + 1, 0, false},
		"all computes":      {maxComputes / 100, 100, true},
		"a page of them on": {maxComputes/100 + 1, 100, false},
	} {
		service := &endlessList{computes: test.computes, last: test.pages}
		var last error
		for _, last = range mustClient(t, staticToken{}, Options{Transport: service}).Workspace(testWorkspace.ID).BatchComputes(t.Context()) {
			if last != nil {
				break
			}
		}
		if (last == nil) != test.ok {
			t.Errorf("%s: %v", name, last)
		}
	}
}

// An empty page may be null, but must be there.
func TestEmptyPages(t *testing.T) {
	for body, says := range map[string]string{
		`{"value": []}`: "", `{"value": null}`: "", `{}`: `the list has no "value"`, `{"value": {}}`: `the list has no "value"`,
	} {
		var errs []error
		for _, err := range mustClient(t, staticToken{}, Options{Transport: reply(body)}).Workspace(testWorkspace.ID).BatchComputes(t.Context()) {
			errs = append(errs, err)
		}
		if err := errors.Join(errs...); (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%s: the error is %v, want %q", body, err, says)
		}
	}
}

// repeatingList is a service whose second page repeats the last compute of the first.
type repeatingList struct{}

func (repeatingList) Do(request *http.Request) (*http.Response, error) {
	of := func(name string) string {
		return fmt.Sprintf(`{"name": %q, "properties": {"computeType": "Batch", "resourceId": "/a"}}`, name)
	}
	body := fmt.Sprintf(`{"nextLink": "https://management.azure.com/?page=2", "value": [%s, %s, %s]}`, of("x"), of("y"), of(""))
	if request.URL.Query().Get("page") != "" {
		body = fmt.Sprintf(`{"value": [%s, %s, %s]}`, of("Y"), of("z"), of(""))
	}
	return reply(body).Do(request)
}

// Pages shift when a compute is added while a list is read. Computes without a name are not
// repeated ones.
func TestListWithARepeatedCompute(t *testing.T) {
	client := mustClient(t, staticToken{}, Options{Transport: repeatingList{}})
	var names []string
	for compute, err := range client.Workspace(WorkspaceID{"s", "g", "w"}).BatchComputes(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, compute.Name)
	}
	if got := strings.Join(names, " "); got != "x y  z " {
		t.Errorf("the list has %q", got)
	}
}

// circularList is a service whose pages lead to one another; the first has no number.
type circularList struct {
	next  map[string]string
	pages int
}

func (l *circularList) Do(request *http.Request) (*http.Response, error) {
	l.pages++
	body := fmt.Sprintf(`{"nextLink": "https://management.azure.com/?page=%s", "value": []}`, l.next[request.URL.Query().Get("page")])
	if l.pages > 10 {
		body = `{"value": []}` // the test has failed
	}
	return reply(body).Do(request)
}

// A list that leads back to a page is given up there, whichever page it is.
func TestListThatGoesInCircles(t *testing.T) {
	for name, test := range map[string]struct {
		next map[string]string
		want int
	}{
		"to itself":      {map[string]string{"": "1", "1": "1"}, 2},
		"to the second":  {map[string]string{"": "1", "1": "2", "2": "1"}, 3},
		"to one between": {map[string]string{"": "1", "1": "2", "2": "3", "3": "2"}, 4},
	} {
		service := &circularList{next: test.next}
		client := mustClient(t, staticToken{}, Options{Transport: service})
		var last error
		for _, last = range client.Workspace(WorkspaceID{"s", "g", "w"}).BatchComputes(t.Context()) {
			if last != nil {
				break
			}
		}
		if last == nil || !strings.Contains(last.Error(), "leads back to a page that was read already") || service.pages != test.want {
			t.Errorf("%s: %d pages, want %d: %v", name, service.pages, test.want, last)
		}
	}
}
