package azureml

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// course is a service whose replies depend on the time since the client was made, as an
// operation runs. A reply is a status and a body, as in a [script].
type course struct {
	began           time.Time
	status, compute func(since time.Duration) string
}

func (c *course) Do(request *http.Request) (*http.Response, error) {
	text, header := `200 {"value": []}`, http.Header{"X-Ms-Request-Id": {"1"}}
	switch path := request.URL.Path; {
	case request.Method == http.MethodGet && strings.HasSuffix(path, "/computes/c"):
		text = c.compute(time.Since(c.began))
		header.Set("x-ms-request-id", "of the compute")
	case strings.HasSuffix(path, "/computes/c"):
		text = taken
		header.Set("x-ms-request-id", "of the write")
		if c.status != nil {
			header.Set("Azure-AsyncOperation", "https://management.azure.com/status?signature=hidden")
		}
	case path == "/status":
		text = c.status(time.Since(c.began))
		header.Set("x-ms-request-id", "of the status")
		header.Set("x-ms-correlation-request-id", "of the run")
	}
	return answer(request, text, header)
}

// always sends the same reply.
func always(reply string) func(time.Duration) string {
	return func(time.Duration) string { return reply }
}

// turns sends each reply until the second that follows it in the list, and then the last one.
func turns(replies ...any) func(time.Duration) string {
	return func(since time.Duration) string {
		for i := 0; i+1 < len(replies); i += 2 {
			if seconds, _ := replies[i+1].(int); since < time.Duration(seconds)*time.Second {
				return replies[i].(string)
			}
		}
		return replies[len(replies)-1].(string)
	}
}

func statusOf(word string) string { return fmt.Sprintf(`200 {"status": %q}`, word) }

const (
	page    = "200 <html>"
	failing = `500 {"error": {"code": "InternalServerError", "message": "Oh."}}`
	broken  = `200 {"status": "Failed", "error": {"code": "Quota", "message": "None left."}}`
)

var (
	succeeds   = always(statusOf("Succeeded"))
	goesOn     = always(statusOf("InProgress"))
	ownThere   = computeOf(ownAccount, "Succeeded", 1)
	ownBegun   = computeOf(ownAccount, "Creating", 1)
	ownEnding  = computeOf(ownAccount, "Deleting", 1)
	ownFailed  = strings.Replace(computeOf(ownAccount, "Failed", 1), `"createdOn"`, `"provisioningErrors": [{"code": "Rights", "message": "Too few."}], "createdOn"`, 1)
	ownStrange = computeOf(ownAccount, "Pondering", 1)
	theirs     = computeOf(otherAccount, "Succeeded", 1)
)

type waiting struct {
	status, compute func(since time.Duration) string
	// took is after how many seconds it ends, a few of them early or late.
	took int
	// says are in the error; none for no error.
	says []string
}

func (w waiting) check(t *testing.T, began time.Time, err error) {
	t.Helper()
	// A poll comes five seconds late at most, and a GET that fails takes up to thirty: the
	// delays before retries are random.
	if took := time.Since(began).Seconds(); took < float64(w.took) || took > float64(w.took)+30 {
		t.Errorf("it took %.0f s, want %d", took, w.took)
	}
	if len(w.says) == 0 && err != nil || len(w.says) > 0 && err == nil {
		t.Fatalf("it ends with %v, want %q", err, w.says)
	}
	for _, words := range w.says {
		if !strings.Contains(err.Error(), words) {
			t.Errorf("the error does not say %q:\n%v", words, err)
		}
	}
	for _, words := range []string{"hidden", `was ""`, "while reading"} {
		if err != nil && strings.Contains(err.Error(), words) {
			t.Errorf("the error says %q:\n%v", words, err)
		}
	}
}

// How an attach ends, by what its status and the compute say as time goes by. It is given
// up after ten minutes.
func TestWaitForAttach(t *testing.T) {
	for name, test := range map[string]waiting{
		"it succeeds":                  {turns(statusOf("InProgress"), 60, statusOf("Succeeded")), always(ownThere), 60, nil},
		"it fails":                     {turns(statusOf("InProgress"), 30, broken), always(ownFailed), 30, []string{"Azure accepted the attach and then ended it as Failed", "Quota: None left.\nRights: Too few.", "Request id: of the status\nCorrelation id: of the run"}},
		"the compute fails":            {succeeds, always(ownFailed), 1, []string{"ended it as Failed", "Rights: Too few."}},
		"it is canceled":               {always(statusOf("Canceled")), always(ownBegun), 1, []string{"ended it as Canceled", "It gives no reason."}},
		"the status is refused":        {always(refuses), turns(ownBegun, 50, ownThere), 50, nil},
		"the status is gone":           {always(gone), turns(ownBegun, 50, ownThere), 50, nil},
		"the status has a choice":      {always("300 "), turns(ownBegun, 50, ownThere), 50, nil},
		"the status is a conflict":     {always("409 "), turns(ownBegun, 50, ownThere), 50, nil},
		"the status is closed":         {always("499 "), turns(ownBegun, 50, ownThere), 50, nil},
		"the status times out":         {turns("408 ", 100, statusOf("InProgress"), 200, statusOf("Succeeded")), always(ownThere), 200, nil},
		"the status moves":             {always("307 "), turns(ownBegun, 50, ownThere), 50, nil},
		"the status fails for a while": {turns(failing, 100, statusOf("InProgress"), 200, statusOf("Succeeded")), always(ownThere), 200, nil},
		"the status always fails":      {always(failing), turns(ownBegun, 200, ownThere), 200, nil},
		"the status always hangs":      {always(hangs), always(ownThere), 365, nil},
		"no status, and then none":     {always(page), turns(ownBegun, 200, ownThere), 200, nil},
		"no status, and then one":      {turns(page, 90, statusOf("InProgress"), 100, page, 200, statusOf("Succeeded")), always(ownThere), 200, nil},
		"a strange status":             {always(statusOf("Pondering")), turns(ownBegun, 50, ownThere), 50, nil},
		"a strange status, a failure":  {always(statusOf("Pondering")), turns(ownBegun, 50, ownFailed), 50, []string{"Rights: Too few."}},
		"a strange status, not seen":   {always(statusOf("Pondering")), turns(failing, 50, gone, 60, ownThere), 60, nil},
		"a strange status for ever":    {turns(statusOf("Pondering"), 130, failing), turns(ownStrange, 130, ownThere), 130, nil},
		"seen late":                    {succeeds, turns(gone, 100, ownThere), 100, nil},
		"never seen":                   {succeeds, always(gone), 121, []string{"its operation ended as Succeeded, but the compute did not appear"}},
		"never seen, status gone":      {turns(statusOf("InProgress"), 30, gone), always(gone), 151, []string{"Azure accepted the attach, but the compute did not appear"}},
		"seen, lost and seen":          {always(refuses), turns(gone, 90, ownBegun, 100, gone, 200, ownThere), 200, nil},
		"another account for a while":  {succeeds, turns(theirs, 100, ownThere), 100, nil},
		"another account for good":     {succeeds, always(theirs), 121, []string{"compute " + testWorkspace.ID.ComputeID("c") + " has another Batch account:\n  it has  " + otherAccount + "\n  wanted  " + ownAccount}},
		"no account is said":           {succeeds, always(strings.Replace(ownThere, `"resourceId"`, `"other"`, 1)), 1, nil},
		"a page of another kind":       {turns("299 <html>", 90, statusOf("InProgress"), 200, statusOf("Succeeded")), always(ownThere), 200, nil},
		"another type":                 {succeeds, always(`200 {"properties": {"computeType": "AmlCompute"}}`), 1, []string{"of type AmlCompute"}},
		"a strange state":              {succeeds, always(ownStrange), 121, nil},
		"it is being removed":          {succeeds, turns(ownEnding, 130, ownThere), 130, nil},
		"the compute cannot be read":   {succeeds, always(page), 121, []string{"The reply is not what Azure sends"}},
		"not read for a while":         {succeeds, turns(page, 90, ownThere), 90, nil},
		"the compute is refused":       {succeeds, always(refuses), 1, []string{"AuthorizationFailed"}},
		"the compute is empty":         {succeeds, always("200 {}"), 121, []string{`the compute has no "properties"`}},
		"its group goes":               {succeeds, always(noGroup), 1, []string{"ResourceGroupNotFound"}},
		"the compute fails to be read": {succeeds, turns(failing, 200, ownThere), 200, nil},
		"no end of it":                 {goesOn, always(ownBegun), 600, []string{"waiting for Azure to attach", `The operation's last status was "InProgress"`}},
		"no end of the compute":        {succeeds, turns(failing, 100, ownBegun), 600, []string{`The operation's last status was "Succeeded"`, `The compute's last state was "Creating"`, "The last error was", "InternalServerError"}},
		"a failure at the end":         {turns(statusOf("InProgress"), 590, failing), always(ownBegun), 600, []string{"The last error was", "InternalServerError"}},
		"no reply at the end":          {turns(failing, 100, statusOf("InProgress"), 590, hangs), always(ownBegun), 600, []string{"The last error was", "InternalServerError"}},
		"no compute at the end":        {succeeds, turns(ownBegun, 550, gone), 600, []string{"The last error was", `Workspace "ws0" (resource group "rg-ml") has no compute "c"`}},
		"no reply of the compute":      {succeeds, turns(ownBegun, 590, hangs), 600, []string{"waiting for Azure to attach"}},
		"no end of failures":           {always(failing), always(ownBegun), 600, []string{"waiting for Azure to attach", "The last error was", "InternalServerError"}},
		"failures of the compute":      {succeeds, always(failing), 600, []string{"waiting for Azure to attach", "The last error was", "InternalServerError"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := &course{began: time.Now(), status: test.status, compute: test.compute}
				client := mustClient(t, staticToken{}, Options{Transport: service})
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
				defer cancel()
				compute, err := client.Workspace(testWorkspace.ID).Attach(ctx, "c", AttachConfiguration{ResourceID: ownAccount, Location: "westeurope"})
				if err != nil {
					t.Fatal(err)
				}
				err = compute.WaitForCompletion(ctx)
				test.check(t, service.began, err)
				if err == nil && compute.CreatedOn.IsZero() {
					t.Errorf("the compute was not read: %+v", compute)
				}
			})
		})
	}
}

// An attach that the service gives no status of is followed by the compute alone. The
// request that Azure's support asks for is then the attach itself.
func TestWaitForAttachWithoutAStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := &course{began: time.Now(), compute: turns(ownBegun, 50, ownFailed)}
		client := mustClient(t, staticToken{}, Options{Transport: service})
		compute, err := client.Workspace(testWorkspace.ID).Attach(t.Context(), "c", AttachConfiguration{ResourceID: ownAccount, Location: "westeurope"})
		if err != nil {
			t.Fatal(err)
		}
		waiting{took: 50, says: []string{"Rights: Too few.", "Request id: of the write"}}.check(t, service.began, compute.WaitForCompletion(t.Context()))
	})
}

// Another process's attach is waited for while it runs, whatever its Batch account, and not
// once it has ended.
func TestWaitForAnothersAttach(t *testing.T) {
	for name, test := range map[string]waiting{
		"it goes on": {nil, turns(ownBegun, 50, theirs), 50, nil},
		"it fails":   {nil, turns(ownBegun, 50, ownFailed), 50, []string{"Azure accepted the attach and then ended it as Failed"}},
		"it is over": {nil, turns(theirs, 1, failing), 1, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := &course{began: time.Now(), compute: test.compute}
				client := mustClient(t, staticToken{}, Options{Transport: service})
				compute, err := client.Workspace(testWorkspace.ID).BatchCompute(t.Context(), "c")
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Second)
				test.check(t, service.began, compute.WaitForCompletion(t.Context()))
			})
		})
	}
}

// The service's own pause is followed, for a minute at most.
func TestWaitFollowsRetryAfter(t *testing.T) {
	for after, polls := range map[string][]int{"": {1, 2, 3}, "40": {40, 80, 120}, "3600": {60, 120}} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			var polled []int
			client := mustClient(t, staticToken{}, Options{Transport: transport(func(request *http.Request) (*http.Response, error) {
				polled = append(polled, int(time.Since(began).Seconds()))
				response, err := reply(`{"status": "InProgress"}`).Do(request)
				response.Header.Set("Retry-After", after)
				return response, err
			})})
			ctx, cancel := context.WithTimeout(t.Context(), 125*time.Second)
			defer cancel()
			compute := &BatchCompute{workspace: client.Workspace(testWorkspace.ID), operation: &operation{kind: attaching}}
			compute.operation.accepted(&http.Response{Header: http.Header{
				"Azure-Asyncoperation": {"https://management.azure.com/status"}, "Retry-After": {after}, // of the reply to the write
			}})
			if _, err := compute.followStatus(ctx); err == nil {
				t.Error("it ended")
			}
			if polled = slices.Compact(polled); !slices.Equal(polled[:len(polls)], polls) {
				t.Errorf("%q: it is polled after these seconds: %d, want %d", after, polled, polls)
			}
		})
	}
}

// A wait that was interrupted can be repeated, and still knows the account that was attached.
func TestWaitAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := &course{began: time.Now(), status: succeeds, compute: turns(theirs, 50, ownThere)}
		client := mustClient(t, staticToken{}, Options{Transport: service})
		compute, err := client.Workspace(testWorkspace.ID).Attach(t.Context(), "c", AttachConfiguration{ResourceID: ownAccount, Location: "westeurope"})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		waiting{took: 10, says: []string{"Timed out while waiting for Azure to attach"}}.check(t, service.began, compute.WaitForCompletion(ctx))
		waiting{took: 50}.check(t, service.began, compute.WaitForCompletion(t.Context()))
	})
}

// withdrawn is a credential whose sign-in fails after 50 seconds, for good.
type withdrawn struct{ began time.Time }

type noTokenError struct{}

func (noTokenError) Error() string { return "no token" }

func (noTokenError) NonRetriable() {}

func (w withdrawn) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if time.Since(w.began) > 50*time.Second {
		return azcore.AccessToken{}, noTokenError{}
	}
	return azcore.AccessToken{Token: "token", ExpiresOn: time.Now().Add(time.Second)}, nil
}

// Without a token nothing more can be waited for.
func TestWaitWithoutASignIn(t *testing.T) {
	for name, status := range map[string]func(time.Duration) string{"at the status": goesOn, "at the compute": succeeds} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := &course{began: time.Now(), status: status, compute: always(ownBegun)}
				client := mustClient(t, withdrawn{service.began}, Options{Transport: service})
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
				defer cancel()
				compute, err := client.Workspace(testWorkspace.ID).Attach(ctx, "c", AttachConfiguration{ResourceID: ownAccount, Location: "westeurope"})
				if err != nil {
					t.Fatal(err)
				}
				waiting{took: 50, says: []string{"no token"}}.check(t, service.began, compute.WaitForCompletion(ctx))
			})
		})
	}
}
