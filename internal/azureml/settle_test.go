package azureml

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// script is a service that sends a list of replies to the requests of each method, in
// order, and then repeats the last one.
type script struct {
	replies map[string][]string
	// sent are the methods of the requests for a compute, in their order, and at when each
	// was sent.
	sent []string
	at   []time.Time
}

// The replies of a script; any other is a compute.
const (
	lost    = "lost"
	hangs   = "hangs"
	gone    = "404 "
	noGroup = `404 {"error": {"code": "ResourceGroupNotFound", "message": "No group."}}`
	busyNow = `409 {"error": {"code": "Conflict", "message": "Busy."}}`
	already = `400 {"error": {"code": "UserError", "message": "It is attached already."}}`
	refuses = `403 {"error": {"code": "AuthorizationFailed", "message": "No."}}`
	taken   = "202 "
)

const (
	ownAccount   = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/own"
	otherAccount = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/other"
)

// half is a Batch compute without its account, as a region may show a new one.
const half = `200 {"name": "c", "properties": {"computeType": "Batch"}}`

func computeOf(account, state string, created int) string {
	return fmt.Sprintf(`200 {"name": "c", "properties": {"computeType": "Batch", "resourceId": %q, "provisioningState": %q, "createdOn": "2026-01-02T03:04:%02dZ"}}`,
		account, state, created)
}

func (s *script) Do(request *http.Request) (*http.Response, error) {
	text := `200 {"value": []}`
	if strings.HasSuffix(request.URL.Path, "/computes/c") {
		s.sent, s.at = append(s.sent, request.Method), append(s.at, time.Now())
		replies := s.replies[request.Method]
		text = replies[0]
		if len(replies) > 1 {
			s.replies[request.Method] = replies[1:]
		}
	}
	return answer(request, text, http.Header{"X-Ms-Request-Id": {"1"}})
}

// answer sends a reply of a [script]: a status and a body, or none.
func answer(request *http.Request, text string, header http.Header) (*http.Response, error) {
	switch text {
	case lost:
		return nil, errors.New("connection reset by peer")
	case hangs:
		<-request.Context().Done()
		return nil, request.Context().Err()
	}
	var status int
	if _, err := fmt.Sscan(text, &status); err != nil {
		return nil, err
	}
	_, body, _ := strings.Cut(text, " ")
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: request}, nil
}

func (s *script) workspace(t *testing.T) *Workspace {
	t.Helper()
	client := mustClient(t, staticToken{}, Options{Transport: s})
	return client.Workspace(testWorkspace.ID)
}

// What is there after a PUT that was refused as busy, or whose reply was lost, decides
// whether it is sent again, and whether the compute may be ours.
func TestAttachIsSettled(t *testing.T) {
	other := `200 {"name": "c", "properties": {"computeType": "AmlCompute"}}`
	own, theirs := computeOf(ownAccount, "Creating", 1), computeOf(otherAccount, "Succeeded", 1)
	ending := computeOf(ownAccount, "Deleting", 1)
	for name, test := range map[string]struct {
		puts, gets []string
		sent       string
		says       string // empty for an attach
		ours       bool
	}{
		"lost, and not done":             {[]string{lost, taken}, []string{gone}, "PUT GET GET GET PUT", "", true},
		"lost, and done":                 {[]string{lost}, []string{own}, "PUT GET", "", true},
		"lost, and seen late":            {[]string{lost}, []string{gone, gone, own}, "PUT GET GET GET", "", true},
		"lost, and another one there":    {[]string{lost}, []string{theirs}, "PUT GET GET", "of that name already", false},
		"lost, and another type there":   {[]string{lost}, []string{other}, "PUT GET GET", "of type AmlCompute", false},
		"lost, and one is being removed": {[]string{lost, taken}, []string{ending}, "PUT GET PUT", "", true},
		"lost, and the look refused":     {[]string{lost}, []string{refuses}, "PUT GET GET", "AuthorizationFailed", true},
		"lost, and the group gone":       {[]string{lost, noGroup}, []string{noGroup}, "PUT GET GET GET PUT GET", "ResourceGroupNotFound", false},
		"busy, and nothing there":        {[]string{busyNow, taken}, []string{gone}, "PUT GET PUT", "", true},
		"lost each time":                 {[]string{lost}, []string{gone}, strings.Repeat("PUT GET GET GET ", 5) + "GET", "connection reset by peer", true},
		"lost, and done, but not seen":   {[]string{lost, already}, []string{gone, gone, gone, gone, own}, "PUT GET GET GET PUT GET GET", "", true},
		"refused":                        {[]string{already}, nil, "PUT", "UserError: It is attached already.", false},
		"lost, and half of one there":    {[]string{lost}, []string{half}, "PUT GET", "", true},
		"busy, and half of one there":    {[]string{busyNow}, []string{half}, "PUT GET", "workspaces/ws0/computes/c, in state Succeeded", false},
		"busy, and ours there":           {[]string{busyNow}, []string{own}, "PUT GET", "of that name already", false},
		"busy, and one is being removed": {[]string{busyNow, busyNow, taken}, []string{ending}, "PUT GET PUT GET PUT", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := &script{replies: map[string][]string{http.MethodPut: test.puts, http.MethodGet: test.gets}}
				compute, err := service.workspace(t).Attach(t.Context(), "c", AttachConfiguration{ResourceID: ownAccount, Location: "westeurope"})
				if sent := strings.Join(service.sent, " "); sent != test.sent {
					t.Errorf("it sent %s, want %s", sent, test.sent)
				}
				service.checkPauses(t)
				if test.says == "" && err != nil || test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)) {
					t.Errorf("it ends with %v, want %q", err, test.says)
				}
				if (compute != nil) != test.ours {
					t.Errorf("the compute is %v; may be ours: %t", compute, test.ours)
				}
			})
		})
	}
}

// checkPauses checks that the first read comes a pause after a PUT, a second read a pause after
// the first one, and the PUT that the reads allow at once.
func (s *script) checkPauses(t *testing.T) {
	t.Helper()
	for i := range s.sent {
		if i == 0 || !slices.Contains(s.sent[i:], http.MethodPut) {
			continue
		}
		pause, atOnce := s.at[i].Sub(s.at[i-1]), s.sent[i] == http.MethodPut
		if (pause == 0) != atOnce || i == 1 && pause > 1200*time.Millisecond {
			t.Errorf("request %d of %s is sent after %s", i, s.sent, pause)
		}
	}
}

// When an attach times out, the outcome of its PUT is looked up, for ten seconds at most. A
// compute may be ours unless it certainly is another one.
func TestAttachIsInterrupted(t *testing.T) {
	for name, test := range map[string]struct {
		gets string
		ours bool
		took time.Duration
	}{
		"ours":         {computeOf(ownAccount, "Creating", 1), true, time.Minute},
		"not there":    {gone, true, time.Minute},
		"another one":  {computeOf(otherAccount, "Succeeded", 1), false, time.Minute},
		"half of one":  {half, true, time.Minute},
		"without word": {hangs, true, time.Minute + 10*time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := &script{replies: map[string][]string{http.MethodPut: {hangs}, http.MethodGet: {test.gets}}}
				workspace := service.workspace(t)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				began := time.Now()
				compute, err := workspace.Attach(ctx, "c", AttachConfiguration{ResourceID: ownAccount, Location: "westeurope"})
				if took := time.Since(began); took != test.took || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("after %s, want %s: %v", took, test.took, err)
				}
				if !strings.Contains(err.Error(), "Timed out while asking Azure to attach") {
					t.Errorf("the error is %v", err)
				}
				want := &BatchCompute{
					ID: testWorkspace.ID.ComputeID("c"), Name: "c", Location: "westeurope", ClusterResourceID: ownAccount,
					ProvisioningState: "Creating", IsAttached: true,
				}
				if diff := cmp.Diff(want, compute, cmpopts.IgnoreUnexported(BatchCompute{})); compute != nil && diff != "" {
					t.Errorf("what may be there differs (-want +got):\n%s", diff)
				}
				if (compute != nil) != test.ours {
					t.Errorf("the compute is %v; may be ours: %t", compute, test.ours)
				}
			})
		})
	}
}

// A caller that cancels an attach gets an error that says so.
func TestAttachIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := &script{replies: map[string][]string{http.MethodPut: {hangs}, http.MethodGet: {gone}}}
		workspace := service.workspace(t)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, cancel)
		_, err := workspace.Attach(ctx, "c", AttachConfiguration{ResourceID: ownAccount, Location: "westeurope"})
		if err == nil || !strings.Contains(err.Error(), "Interrupted while asking Azure to attach") || !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
	})
}

// An invalid name or account id is refused before any request is sent.
func TestAttachOfWhatCannotBe(t *testing.T) {
	for name, configuration := range map[string]AttachConfiguration{
		"local": {ResourceID: ownAccount, Location: "westeurope"},
		"c":     {ResourceID: "/subscriptions/s", Location: "westeurope"},
	} {
		service := &script{}
		if compute, err := service.workspace(t).Attach(t.Context(), name, configuration); err == nil || compute != nil || len(service.sent) > 0 {
			t.Errorf("%s: %v, %v, %v", name, compute, err, service.sent)
		}
	}
}

// If the workspace's region is unknown, nothing is attached.
func TestAttachWithoutARegion(t *testing.T) {
	service := &script{replies: map[string][]string{http.MethodPut: {taken}}}
	compute, err := service.workspace(t).Attach(t.Context(), "c", AttachConfiguration{ResourceID: ownAccount})
	if err == nil || !strings.Contains(err.Error(), "the workspace has no location") || compute != nil || len(service.sent) > 0 {
		t.Errorf("%v, %v, %v", compute, err, service.sent)
	}
}
