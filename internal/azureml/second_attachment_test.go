package azureml

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// attached is a service in which the compute "other" has the account of a test. lists are
// the replies to the first list and to the later ones; empty is a list with that compute, and
// a compute a list with this one.
type attached struct {
	lists   [2]string
	other   string // the reply about the compute itself
	n, gets int
}

func (a *attached) Do(request *http.Request) (*http.Response, error) {
	text := a.other
	if strings.HasSuffix(request.URL.Path, "/computes") {
		text = cmp.Or(a.lists[min(a.n, 1)], otherThere)
		if compute, ok := strings.CutPrefix(text, "200 "); ok && strings.Contains(compute, "computeType") {
			text = `200 {"value": [` + compute + `]}`
		}
		a.n++
	} else {
		a.gets++
	}
	return answer(request, text, http.Header{"X-Ms-Request-Id": {"1"}})
}

func named(name, compute string) string {
	return strings.Replace(compute, `"name": "c"`, fmt.Sprintf(`"name": %q`, name), 1)
}

var otherThere = named("other", ownThere)

const amlCompute = `200 {"properties": {"computeType": "AmlCompute"}}`

// Another compute with the account is refused, unless it is seen to be gone.
func TestRefuseSecondAttachment(t *testing.T) {
	const empty = `200 {"value": []}`
	otherFailed, otherEnding := named("other", ownFailed), named("other", ownEnding)
	for name, test := range map[string]struct {
		service attached
		// detach is set when this run detaches the other compute, for a minute.
		detach  bool
		timeout time.Duration
		says    string
		failed  bool
		gets    int
	}{
		"there":                          {service: attached{}, says: `as compute "other"`},
		"there, and failed":              {service: attached{lists: [2]string{otherFailed, otherFailed}}, says: `as compute "other"`, failed: true},
		"there, as this one":             {service: attached{lists: [2]string{named("new", ownThere), named("new", ownThere)}}, says: "There is a Batch compute of that name already"},
		"there, without a name":          {service: attached{lists: [2]string{named("", ownThere), named("", ownThere)}}},
		"ending":                         {service: attached{lists: [2]string{otherEnding, otherEnding}, other: gone}, gets: 1},
		"ending, as this one":            {service: attached{lists: [2]string{named("new", ownEnding), named("new", ownEnding)}, other: gone}, gets: 1},
		"ending, and taken":              {service: attached{lists: [2]string{named("new", ownEnding), named("new", ownEnding)}, other: amlCompute}, says: "of type AmlCompute", gets: 1},
		"ending, the other is taken":     {service: attached{lists: [2]string{otherEnding, otherEnding}, other: amlCompute}, gets: 1},
		"ending, and not readable":       {service: attached{lists: [2]string{otherEnding, otherEnding}, other: refuses}, says: "AuthorizationFailed", gets: 1},
		"interrupted":                    {service: attached{}, timeout: -1, says: "Timed out"},
		"gone meanwhile":                 {service: attached{lists: [2]string{"", empty}}},
		"no right to list":               {service: attached{lists: [2]string{refuses}}},
		"no right to list any more":      {service: attached{lists: [2]string{"", refuses}}},
		"a list that fails":              {service: attached{lists: [2]string{"", "404 {}"}}, says: "404"},
		"detached by this run":           {service: attached{other: gone}, detach: true, gets: 1},
		"detached, and not readable":     {service: attached{other: refuses}, detach: true, says: "AuthorizationFailed", gets: 1},
		"detached, and still there":      {service: attached{other: otherThere}, detach: true, says: `as compute "other"`, gets: 1},
		"detached, and now failed":       {service: attached{other: otherFailed}, detach: true, says: `as compute "other"`, failed: true, gets: 1},
		"detached for longer than there": {service: attached{other: gone}, detach: true, timeout: time.Second, says: "Timed out"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				workspace := mustClient(t, staticToken{}, Options{Transport: &test.service}).Workspace(testWorkspace.ID)
				mustHold(t, workspace, "new") // as an attach does; it must not wait for itself
				if test.detach {
					time.AfterFunc(time.Minute, mustHold(t, workspace, "other").Release)
				}
				ctx := t.Context()
				if test.timeout != 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, test.timeout)
					defer cancel()
				}
				err := workspace.refuseSecondAttachment(ctx, ownAccount, "new")
				if (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
					t.Errorf("the error is %v, want %q", err, test.says)
				}
				if second, ok := errors.AsType[*SecondAttachmentError](err); ok {
					want := SecondAttachmentError{BatchAccountID: ownAccount, ByID: workspace.ID.ComputeID("other"), Failed: test.failed}
					if *second != want {
						t.Errorf("it is %+v, want %+v", *second, want)
					}
				}
				if exists, ok := errors.AsType[*ExistsError](err); ok && exists.Found.OtherType == nil && (exists.Found.Batch == nil || exists.Found.Batch.Name != "new") {
					t.Errorf("it says that %v exists", exists.Found.Batch)
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

func TestSecondAttachmentErrors(t *testing.T) {
	second := SecondAttachmentError{BatchAccountID: ownAccount, ByID: testWorkspace.ID.ComputeID("other")}
	there := "The Batch account " + ownAccount + ` is already attached to this workspace, as compute "other" (` + second.ByID + ")."
	if text := second.Error(); !strings.HasPrefix(text, there) {
		t.Errorf("it says %q, want %q", text, there)
	}
	second.SameRun = true
	same := "The Batch account " + ownAccount + ` is being attached to this workspace as compute "other" in this same run.`
	if text := second.Error(); !strings.HasPrefix(text, same) {
		t.Errorf("of the same run, it says %q, want %q", text, same)
	}
}
