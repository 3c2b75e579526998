package emulator

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestStatusURL(t *testing.T) {
	served := newServer(t)
	direct := newHandler(t)
	for _, e := range []*Emulator{served, direct} {
		e.AddWorkspace(DefaultWorkspaceID, "North Europe")
		status := attach(t, e, computePath)
		if len(status) != 3226 {
			t.Errorf("the status URL has %d characters", len(status))
		}
		form := regexp.MustCompile("^" + regexp.QuoteMeta(e.URL()+"/subscriptions/"+DefaultSubscriptionID) +
			`/providers/Microsoft\.MachineLearningServices/locations/northeurope/computeOperationsStatus/[0-9a-f-]{36}` +
			`\?api-version=2020-02-02&service=new&t=\d{18}&c=[\w-]{1000}[\w-]+&s=[\w-]{342}&h=[\w-]{43}$`)
		if !form.MatchString(status) {
			t.Errorf("%s", status)
		}
	}
}

func TestPollsAsRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newHandler(t, WithOperationDuration(10*time.Second, 0))
		status := attach(t, e, computePath)
		for range 2 {
			a := e.want(t, http.StatusOK, http.MethodGet, status, "")
			if a.body != "{\n  \"status\": \"InProgress\"\n}" || a.length != 28 {
				t.Errorf("%d bytes: %s", a.length, a.body)
			}
			for _, absent := range []string{"Retry-After", "Location", "Azure-AsyncOperation", "Vary"} {
				if got := a.header.Get(absent); got != "" {
					t.Errorf("poll has %s: %s", absent, got)
				}
			}
			time.Sleep(4999 * time.Millisecond)
		}
		time.Sleep(2 * time.Millisecond)
		a := e.want(t, http.StatusOK, http.MethodGet, status, "")
		if a.body != "{\n  \"status\": \"Succeeded\",\n  \"percentComplete\": 100.0\n}" || a.length != 55 {
			t.Errorf("%d bytes: %s", a.length, a.body)
		}
	})
}

func TestAlteredStatusURL(t *testing.T) {
	e := newHandler(t)
	status := attach(t, e, computePath)
	for name, test := range map[string]struct {
		edit func(string) string
		want int
	}{
		"as given":            {func(s string) string { return s }, http.StatusOK},
		"no signature":        {func(s string) string { return regexp.MustCompile("&t=.*").ReplaceAllString(s, "") }, http.StatusForbidden},
		"another signature":   {func(s string) string { return regexp.MustCompile("&s=....").ReplaceAllString(s, "&s=AAAA") }, http.StatusForbidden},
		"another certificate": {func(s string) string { return regexp.MustCompile("&c=....").ReplaceAllString(s, "&c=AAAA") }, http.StatusForbidden},
		"another hash":        {func(s string) string { return regexp.MustCompile("&h=....").ReplaceAllString(s, "&h=AAAA") }, http.StatusForbidden},
		"cut off":             {func(s string) string { return s[:2048] }, http.StatusForbidden},
		"two api-versions":    {func(s string) string { return s + "&api-version=2020-02-02" }, http.StatusBadRequest},
		"another operation":   {func(s string) string { return strings.Replace(s, "Status/", "Status/0", 1) }, http.StatusForbidden},
	} {
		if a := e.call(t, http.MethodGet, test.edit(status), ""); a.status != test.want {
			t.Errorf("%s: %d, want %d; %s", name, a.status, test.want, a.body)
		}
	}
}

func TestFailedAttach(t *testing.T) {
	for _, status := range []string{"", "Failed", "Canceled"} {
		e := newHandler(t)
		e.FailNext(Attach, Failure{
			Status:             status,
			Error:              map[string]any{"code": "InternalServerError", "message": "A made-up failure."},
			ProvisioningErrors: []any{map[string]any{"error": map[string]any{"code": "InternalServerError"}}},
		})
		poll := attach(t, e, computePath)
		if status == "" {
			status = "Failed"
		}
		want := map[string]any{"status": status, "error": map[string]any{"code": "InternalServerError", "message": "A made-up failure."}}
		if diff := cmp.Diff(want, e.want(t, http.StatusOK, http.MethodGet, poll, "").json(t)); diff != "" {
			t.Error(diff)
		}
		properties := e.want(t, http.StatusOK, http.MethodGet, computePath+version, "").json(t)["properties"].(map[string]any)
		if properties["provisioningState"] != status {
			t.Errorf("state %v, want %s", properties["provisioningState"], status)
		}
		wantErrors := []any{map[string]any{"error": map[string]any{"code": "InternalServerError"}}}
		if diff := cmp.Diff(wantErrors, properties["provisioningErrors"]); diff != "" {
			t.Error(diff)
		}

		a := e.want(t, http.StatusBadRequest, http.MethodPut, computePath+version, attachBody)
		if !strings.Contains(a.body, "already has a (failed) compute by that name") {
			t.Error(a.body)
		}
		// It can be detached, after which the name is free. Only one attach fails.
		e.want(t, http.StatusAccepted, http.MethodDelete, computePath+version+"&underlyingResourceAction=Detach", "")
		poll = attach(t, e, computePath)
		if a := e.call(t, http.MethodGet, poll, ""); !strings.Contains(a.body, "Succeeded") {
			t.Error(a.body)
		}
	}
}

func TestFailureWithoutError(t *testing.T) {
	e := newHandler(t)
	e.FailNext(Attach, Failure{})
	if got := e.call(t, http.MethodGet, attach(t, e, computePath), "").body; got != "{\n  \"status\": \"Failed\"\n}" {
		t.Error(got)
	}
}

func TestFailedDetachLeavesTheCompute(t *testing.T) {
	e := newHandler(t)
	attach(t, e, computePath)
	e.FailNext(Detach, Failure{Error: map[string]any{"code": "Conflict"}})
	a := e.want(t, http.StatusAccepted, http.MethodDelete, computePath+version+"&underlyingResourceAction=Detach", "")
	if got := e.call(t, http.MethodGet, a.header.Get("Azure-AsyncOperation"), ""); !strings.Contains(got.body, `"Failed"`) {
		t.Error(got.body)
	}
	if c, there := e.Compute(computePath); !there || c.ProvisioningState != "Succeeded" {
		t.Errorf("%t %+v", there, c)
	}
}

func TestPutWhileAttaching(t *testing.T) {
	e := newHandler(t, WithOperationDuration(time.Hour, 0))
	attach(t, e, computePath)
	for _, method := range []string{http.MethodPut, http.MethodDelete} {
		if a := e.want(t, http.StatusConflict, method, computePath+version, attachBody); a.errorCode(t) != "Conflict" {
			t.Error(method, a.body)
		}
	}
	if len(e.Computes()) != 1 {
		t.Error(e.Computes())
	}
}

func TestReplicationLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newHandler(t, WithReplicationLag(3*time.Second))
		attach(t, e, computePath)
		if a := e.want(t, http.StatusNotFound, http.MethodGet, computePath+version, ""); a.body != "" {
			t.Error(a.body)
		}
		time.Sleep(3 * time.Second)
		e.want(t, http.StatusOK, http.MethodGet, computePath+version, "")
	})
}

func TestStatusURLHasTheSameLengthForOtherNames(t *testing.T) {
	e := newHandler(t)
	status := attach(t, e, strings.ToUpper(DefaultWorkspaceID)+"/Computes/batch1")
	u, err := url.Parse(status)
	if err != nil || len(status) != 3226 || u.RawQuery == "" {
		t.Errorf("%d characters, %v", len(status), err)
	}
	e.want(t, http.StatusOK, http.MethodGet, status, "")
	// The id is spelled like the workspace, not like the request.
	if c, _ := e.Compute(computePath); c.ID != computePath {
		t.Error(c.ID)
	}
}
