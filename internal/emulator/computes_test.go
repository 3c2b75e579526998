package emulator

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// atMoment runs a test in synctest, at a time whose fraction of a second ends in zeros.
func atMoment(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(123450 * time.Microsecond)
		f(t)
	})
}

func TestAttachRepliesAsRecorded(t *testing.T) {
	atMoment(t, func(t *testing.T) {
		e := newHandler(t, WithOperationDuration(29*time.Second, 0))
		put := e.want(t, http.StatusCreated, http.MethodPut, computePath+version, attachBody)

		const body = `{
  "id": "` + computePath + `",
  "name": "batch1",
  "type": "Microsoft.MachineLearningServices/workspaces/computes",
  "location": "westeurope",
  "tags": null,
  "properties": {
    "createdOn": "2000-01-01T00:00:00.12345+00:00",
    "modifiedOn": "2000-01-01T00:00:00.12345+00:00",
    "disableLocalAuth": false,
    "description": null,
    "resourceId": "` + DefaultBatchAccountID + `",
    "computeType": "Batch",
    "provisioningState": "Creating",
    "provisioningErrors": null,
    "isAttachedCompute": true,
    "properties": null
  }
}`
		if diff := cmp.Diff(body, put.body); diff != "" {
			t.Errorf("PUT (-want +got):\n%s", diff)
		}
		for _, absent := range []string{"Location", "Retry-After", "Operation-Location", "ETag", "x-ms-failure-cause", "Vary"} {
			if got := put.header.Get(absent); got != "" {
				t.Errorf("PUT has %s: %s", absent, got)
			}
		}

		time.Sleep(29*time.Second + 5000300*time.Nanosecond)
		get := e.want(t, http.StatusOK, http.MethodGet, computePath+version, "")
		want := strings.NewReplacer(
			`"modifiedOn": "2000-01-01T00:00:00.12345+00:00"`, `"modifiedOn": "2000-01-01T00:00:29.12345+00:00"`,
			`"computeType": "Batch",`, "\"computeType\": \"Batch\",\n    \"computeLocation\": \"westeurope\",",
			"Creating", "Succeeded").Replace(body)
		if diff := cmp.Diff(want, get.body); diff != "" {
			t.Errorf("GET (-want +got):\n%s", diff)
		}
	})
}

func TestDatesHaveAtMostSevenDigits(t *testing.T) {
	at := time.Date(2022, 10, 19, 0, 6, 40, 5230300, time.UTC)
	for nanoseconds, want := range map[int]string{
		503500499: "2022-10-19T00:06:40.5035004+00:00",
		5230300:   "2022-10-19T00:06:40.0052303+00:00",
		230000000: "2022-10-19T00:06:40.23+00:00",
		0:         "2022-10-19T00:06:40+00:00",
	} {
		if got := showTime(at.Truncate(time.Second).Add(time.Duration(nanoseconds))); got != want {
			t.Errorf("%d ns: %s, want %s", nanoseconds, got, want)
		}
	}
}

func TestComputeLocationIsThatOfTheAccount(t *testing.T) {
	e := newHandler(t)
	account := strings.Replace(DefaultBatchAccountID, "batch0", "far", 1)
	e.AddBatchAccount(account, "northeurope")
	e.want(t, http.StatusCreated, http.MethodPut, computePath+version, strings.Replace(attachBody, DefaultBatchAccountID, account, 1))
	if c, _ := e.Compute(computePath); c.ComputeLocation != "northeurope" || c.Location != "westeurope" {
		t.Errorf("computeLocation %q, location %q", c.ComputeLocation, c.Location)
	}

	// One that was sent is in the first reply already.
	other := DefaultWorkspaceID + "/computes/batch2"
	put := e.want(t, http.StatusCreated, http.MethodPut, other+version,
		strings.Replace(attachBody, `"computeType"`, `"computeLocation": "uksouth", "computeType"`, 1))
	if !strings.Contains(put.body, `"computeLocation": "uksouth"`) {
		t.Error(put.body)
	}
}

func TestOnlyNewerVersionsHaveWarnings(t *testing.T) {
	e := newHandler(t)
	path := computePath + "?api-version=2024-04-01"
	if put := e.want(t, 201, http.MethodPut, path, attachBody); !strings.Contains(put.body, `"provisioningWarnings": null`) {
		t.Error("PUT:", put.body)
	}
	if get := e.want(t, 200, http.MethodGet, path, ""); !strings.Contains(get.body, `"provisioningWarnings": {}`) {
		t.Error("GET:", get.body)
	}
}

func TestTags(t *testing.T) {
	body := strings.Replace(attachBody, `"properties"`, `"tags": {"a": "b"}, "properties"`, 1)
	for _, test := range []struct {
		kept bool
		want any
	}{{false, nil}, {true, map[string]any{"a": "b"}}} {
		e := newHandler(t, WithTagsKept(test.kept))
		put := e.want(t, http.StatusCreated, http.MethodPut, computePath+version, body).json(t)
		get := e.want(t, http.StatusOK, http.MethodGet, computePath+version, "").json(t)
		if put["tags"] != nil {
			t.Errorf("kept %t: PUT says %v", test.kept, put["tags"])
		}
		if diff := cmp.Diff(test.want, get["tags"]); diff != "" {
			t.Errorf("kept %t: %s", test.kept, diff)
		}
	}
}

func TestAbsentComputeIsAnEmpty404(t *testing.T) {
	e := newServer(t)
	a := e.want(t, http.StatusNotFound, http.MethodGet, computePath+version, "")
	if a.body != "" || a.length != 0 {
		t.Errorf("body of %d bytes: %q", a.length, a.body)
	}
	if got := a.header.Values("Content-Type"); got != nil {
		t.Errorf("Content-Type: %v", got)
	}
	if got := a.header.Get("x-ms-response-type"); got != "standard" {
		t.Errorf("x-ms-response-type: %q", got)
	}
	if got := a.header.Get("x-ms-failure-cause"); got != "" {
		t.Errorf("x-ms-failure-cause: %q", got)
	}
}

func TestCommonHeaders(t *testing.T) {
	e := newServer(t)
	e.PutCompute(DefaultWorkspaceID, Compute{Name: "batch1", ResourceID: DefaultBatchAccountID})
	id := `[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`
	a := e.want(t, http.StatusOK, http.MethodGet, computePath+version, "")
	for name, want := range map[string]string{
		"Cache-Control":               "no-cache",
		"Pragma":                      "no-cache",
		"Expires":                     "-1",
		"Strict-Transport-Security":   "max-age=31536000; includeSubDomains",
		"X-Content-Type-Options":      "nosniff",
		"Content-Type":                "application/json; charset=utf-8",
		"x-ms-response-type":          "standard",
		"x-request-time":              `\d\.\d{3}`,
		"x-ms-request-id":             id,
		"x-ms-correlation-request-id": id,
		"x-ms-routing-request-id":     `WESTEUROPE:\d{8}T\d{6}Z:` + id,
		"x-ms-ratelimit-remaining-subscription-reads":        "249",
		"x-ms-ratelimit-remaining-subscription-global-reads": "3749",
		"Vary": "Accept-Encoding",
	} {
		if got := a.header.Get(name); !regexp.MustCompile("^" + want + "$").MatchString(got) {
			t.Errorf("%s: %q, want %s", name, got, want)
		}
	}
	if a.header.Get("x-ms-request-id") != a.header.Get("x-ms-correlation-request-id") {
		t.Error("the request id and the correlation id differ")
	}

	const own = "11111111-2222-4333-8444-555555555555"
	a = e.call(t, http.MethodGet, computePath+version, "", "x-ms-correlation-request-id", own)
	if got := a.header.Get("x-ms-correlation-request-id"); got != own {
		t.Errorf("correlation id %s, want that of the request", got)
	}
	for method, want := range map[string][2]string{
		http.MethodPut:    {"writes", "2999"},
		http.MethodDelete: {"deletes", "2999"},
	} {
		a := e.call(t, method, DefaultWorkspaceID+"/computes/other"+version, attachBody)
		prefix := "x-ms-ratelimit-remaining-subscription-"
		if a.header.Get(prefix+want[0]) != "199" || a.header.Get(prefix+"global-"+want[0]) != want[1] {
			t.Errorf("%s: rate headers %v", method, a.header)
		}
	}
}

func TestDetach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newHandler(t, WithOperationDuration(0, 31*time.Second))
		attach(t, e, computePath)
		path := computePath + version + "&underlyingResourceAction=detach"
		a := e.want(t, http.StatusAccepted, http.MethodDelete, path, "")
		if a.body != "" || a.header.Get("Content-Type") != "" || a.header.Get("Location") != "" || a.header.Get("Retry-After") != "" {
			t.Errorf("DELETE: %q %v", a.body, a.header)
		}
		status := a.header.Get("Azure-AsyncOperation")
		if got := e.want(t, 200, http.MethodGet, status, "").body; got != "{\n  \"status\": \"InProgress\"\n}" {
			t.Error("poll:", got)
		}
		if got := e.want(t, 200, http.MethodGet, computePath+version, "").body; !strings.Contains(got, `"provisioningState": "Deleting"`) {
			t.Error("a GET during the detach returns", got)
		}
		for _, method := range []string{http.MethodDelete, http.MethodPut} {
			if a := e.want(t, http.StatusConflict, method, path, attachBody); a.errorCode(t) != "Conflict" {
				t.Error(method, a.body)
			}
		}
		time.Sleep(31 * time.Second)
		if got := e.want(t, 200, http.MethodGet, status, "").body; got != "{\n  \"status\": \"Succeeded\",\n  \"percentComplete\": 100.0\n}" {
			t.Error("poll:", got)
		}
		e.want(t, http.StatusNotFound, http.MethodGet, computePath+version, "")
		e.want(t, http.StatusNoContent, http.MethodDelete, path, "")
		if !slices.Equal(e.BatchAccounts(), []string{DefaultBatchAccountID}) {
			t.Error("after a detach the Batch accounts are", e.BatchAccounts())
		}
	})
}

func TestUnderlyingResourceAction(t *testing.T) {
	for action, left := range map[string]int{
		"": 1, "&underlyingResourceAction=Detach": 1, "&underlyingResourceAction=DETACH": 1, "&underlyingResourceAction=Delete": 0,
	} {
		e := newHandler(t)
		attach(t, e, computePath)
		e.want(t, http.StatusAccepted, http.MethodDelete, computePath+version+action, "")
		if got := len(e.BatchAccounts()); got != left {
			t.Errorf("%q leaves %d Batch accounts, want %d", action, got, left)
		}
		if _, there := e.Compute(computePath); there {
			t.Errorf("%q leaves the compute", action)
		}
	}
	e := newHandler(t)
	attach(t, e, computePath)
	e.want(t, http.StatusBadRequest, http.MethodDelete, computePath+version+"&underlyingResourceAction=Keep", "")
}

func TestListAndPages(t *testing.T) {
	e := newServer(t, WithPageSize(2))
	list := DefaultWorkspaceID + "/computes" + version
	if got := e.want(t, 200, http.MethodGet, list, "").body; got != "{\n  \"value\": []\n}" {
		t.Error("an empty list is", got)
	}
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		e.PutCompute(DefaultWorkspaceID, Compute{Name: name, ResourceID: DefaultBatchAccountID})
	}
	e.AddWorkspace(DefaultWorkspaceID+"x", "westeurope")
	e.PutCompute(DefaultWorkspaceID+"x", Compute{Name: "elsewhere"})

	var names []string
	pages := 0
	for next := list; next != ""; pages++ {
		doc := e.want(t, 200, http.MethodGet, next, "").json(t)
		items, _ := doc["value"].([]any)
		for _, item := range items {
			names = append(names, item.(map[string]any)["name"].(string))
		}
		next, _ = doc["nextLink"].(string)
		if next == "" {
			break
		}
		u, err := url.Parse(next)
		if err != nil || u.Query().Get("$skip") == "" || u.Query().Get("api-version") != "2020-02-02" || !strings.HasPrefix(next, e.URL()) {
			t.Fatalf("nextLink %s: %v", next, err)
		}
	}
	if !slices.Equal(names, []string{"a", "b", "c", "d", "e"}) || pages != 2 {
		t.Errorf("%v on %d further pages", names, pages)
	}
}
