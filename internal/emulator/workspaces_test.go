package emulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	subscriptionPath = "/subscriptions/" + DefaultSubscriptionID
	listPath         = "/providers/Microsoft.MachineLearningServices/workspaces"
)

// pages reads a list of workspaces to its end, and returns the ids on each page.
func pages(t *testing.T, e *Emulator, path string) (ids [][]string) {
	t.Helper()
	for next := path + version; next != ""; {
		a := e.call(t, http.MethodGet, next, "")
		var page struct {
			Value    []struct{ ID, Name, Location string }
			NextLink string
		}
		if err := json.Unmarshal([]byte(a.body), &page); err != nil || a.status != http.StatusOK {
			t.Fatalf("%d %v: %s", a.status, err, a.body)
		}
		var onPage []string
		for _, ws := range page.Value {
			if ws.Name != lastSegment(ws.ID) || ws.Location == "" {
				t.Errorf("%+v", ws)
			}
			onPage = append(onPage, ws.ID)
		}
		ids, next = append(ids, onPage), strings.TrimPrefix(page.NextLink, e.URL())
	}
	return ids
}

func TestListOfWorkspaces(t *testing.T) {
	inOther := "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg-ml" + listPath + "/ws1"
	a, b, c := subscriptionPath+"/resourceGroups/rg-a"+listPath+"/one", subscriptionPath+"/resourceGroups/rg-b"+listPath+"/two", subscriptionPath+"/resourceGroups/rg-a"+listPath+"/three"
	for name, test := range map[string]struct {
		path     string
		pageSize int
		want     [][]string
	}{
		"subscription":        {subscriptionPath + listPath, 0, [][]string{{a, b, c}}},
		"in pages":            {subscriptionPath + listPath, 2, [][]string{{a, b}, {c}}},
		"resource group":      {subscriptionPath + "/resourceGroups/RG-A" + listPath, 0, [][]string{{a, c}}},
		"group in pages":      {subscriptionPath + "/resourceGroups/rg-a" + listPath, 1, [][]string{{a}, {c}}},
		"in small letters":    {strings.ToLower(subscriptionPath + listPath), 0, [][]string{{a, b, c}}},
		"another":             {strings.Split(inOther, "/resourceGroups")[0] + listPath, 0, [][]string{{inOther}}},
		"group without any":   {subscriptionPath + "/resourceGroups/rg-batch" + listPath, 0, [][]string{nil}},
		"pages and it is one": {subscriptionPath + listPath, 3, [][]string{{a, b, c}}},
	} {
		t.Run(name, func(t *testing.T) {
			e := newHandler(t, WithWorkspace(a, "westeurope"), WithWorkspace(b, "westeurope"), WithWorkspace(inOther, "westeurope"), WithWorkspace(c, "northeurope"), WithPageSize(test.pageSize))
			if diff := cmp.Diff(test.want, pages(t, e, test.path)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestListOfWorkspacesIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		method, path string
		status       int
		says         string
	}{
		"no such group":        {http.MethodGet, subscriptionPath + "/resourceGroups/rg-z" + listPath + version, 404, "ResourceGroupNotFound"},
		"no such subscription": {http.MethodGet, "/subscriptions/00000000-0000-0000-0000-000000000009" + listPath + version, 404, "SubscriptionNotFound"},
		"no api-version":       {http.MethodGet, subscriptionPath + listPath, 400, "MissingApiVersionParameter"},
		"a write":              {http.MethodPut, subscriptionPath + listPath + version, 405, "MethodNotAllowed"},
		"a strange skip":       {http.MethodGet, subscriptionPath + listPath + version + "&$skip=x", 400, "skip"},
	} {
		t.Run(name, func(t *testing.T) {
			if a := newHandler(t).call(t, test.method, test.path, ""); a.status != test.status || !strings.Contains(a.body, test.says) {
				t.Errorf("%d %s", a.status, a.body)
			}
		})
	}
}
