package azureml

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// attached is a service in which the compute "other" has the account of a test. lists are
// the replies to the first list and to the later ones; empty is a list with that compute.
type attached struct {
	lists   [2]string
	other   string // the reply about the compute itself
	n, gets int
}

func (a *attached) Do(request *http.Request) (*http.Response, error) {
	text := a.other
	if strings.HasSuffix(request.URL.Path, "/computes") {
		if text = a.lists[min(a.n, 1)]; text == "" {
			_, compute, _ := strings.Cut(otherThere, " ")
			text = `200 {"value": [` + compute + `]}`
		}
		a.n++
	} else {
		a.gets++
	}
	status := map[string]int{"200": http.StatusOK, "403": http.StatusForbidden, "404": http.StatusNotFound}[text[:3]]
	return &http.Response{StatusCode: status, Header: http.Header{"X-Ms-Request-Id": {"1"}}, Body: io.NopCloser(strings.NewReader(text[4:])), Request: request}, nil
}

var otherThere = strings.Replace(ownThere, `"name": "c"`, `"name": "other"`, 1)

// Another compute with the account is refused, unless it is seen to be gone.
func TestRefuseSecondAttachment(t *testing.T) {
	const empty = `200 {"value": []}`
	for name, test := range map[string]struct {
		service attached
		// detach is set when this run detaches the other compute, for a minute.
		detach  bool
		timeout time.Duration
		says    string
		gets    int
	}{
		"there":                          {service: attached{}, says: `as compute "other"`},
		"gone meanwhile":                 {service: attached{lists: [2]string{"", empty}}},
		"no right to list":               {service: attached{lists: [2]string{refuses}}},
		"no right to list any more":      {service: attached{lists: [2]string{"", refuses}}},
		"a list that fails":              {service: attached{lists: [2]string{"", "404 {}"}}, says: "404"},
		"detached by this run":           {service: attached{other: gone}, detach: true, gets: 1},
		"detached, and not readable":     {service: attached{other: refuses}, detach: true, says: "AuthorizationFailed", gets: 1},
		"detached, and still there":      {service: attached{other: otherThere}, detach: true, says: `as compute "other"`, gets: 1},
		"detached for longer than there": {service: attached{other: gone}, detach: true, timeout: time.Second, says: "Timed out"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				workspace := mustClient(t, staticToken{}, Options{Transport: &test.service}).Workspace(testWorkspace.ID)
				if test.detach {
					time.AfterFunc(time.Minute, mustHold(t, workspace, "other").Release)
				}
				ctx := t.Context()
				if test.timeout > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, test.timeout)
					defer cancel()
				}
				err := workspace.refuseSecondAttachment(ctx, ownAccount, "new")
				if (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
					t.Errorf("the error is %v, want %q", err, test.says)
				}
				if second, ok := errors.AsType[*SecondAttachmentError](err); ok && (second.ByName() != "other" || second.SameRun) {
					t.Errorf("it names compute %q; of this run: %t", second.ByName(), second.SameRun)
				}
				if test.service.gets != test.gets {
					t.Errorf("the other compute was read %d times, want %d", test.service.gets, test.gets)
				}
				time.Sleep(time.Minute) // the detach ends
			})
		})
	}
}

// A list without a conflict serves the attaches of five seconds.
func TestCheckAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := &attached{lists: [2]string{`200 {"value": []}`, `200 {"value": []}`}}
		workspace := mustClient(t, staticToken{}, Options{Transport: service}).Workspace(testWorkspace.ID)
		for _, step := range []struct {
			pause time.Duration
			lists int
		}{{0, 1}, {5 * time.Second, 1}, {1, 2}} {
			time.Sleep(step.pause)
			if err := workspace.refuseSecondAttachment(t.Context(), ownAccount, "new"); err != nil || service.n != step.lists {
				t.Errorf("%s later: %d lists, want %d; %v", step.pause, service.n, step.lists, err)
			}
		}
	})
}
