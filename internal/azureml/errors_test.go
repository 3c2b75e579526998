package azureml

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/bounds"
)

// An error has Azure's words, the request, and the ids that Azure's support asks for.
func TestErrorText(t *testing.T) {
	request := &http.Request{Method: http.MethodPut, URL: &url.URL{Path: "/subscriptions/s", RawQuery: "sig=hidden"}}
	for name, test := range map[string]struct {
		header http.Header
		body   string
		want   string
	}{
		"all of it": {
			http.Header{"X-Ms-Request-Id": {"1"}, "X-Ms-Correlation-Request-Id": {"2"}},
			`{"error": {"code": "Quota", "message": "None left."}}`,
			"Quota: None left.\n(HTTP 400 Bad Request)\n\nRequest: PUT /subscriptions/s\nRequest id: 1\nCorrelation id: 2",
		},
		"one id for both": {
			http.Header{"X-Ms-Request-Id": {"1"}, "X-Ms-Correlation-Request-Id": {"1"}},
			`{}`,
			"Azure replied 400 Bad Request without saying why\n\nRequest: PUT /subscriptions/s\nRequest id: 1",
		},
		"plain text":   {nil, "No.\nAsk IT.\n", "No.\n  Ask IT.\n(HTTP 400 Bad Request)\n\nRequest: PUT /subscriptions/s"},
		"another form": {nil, `{"Message": "No."}`, "{\"Message\": \"No.\"}\n(HTTP 400 Bad Request)\n\nRequest: PUT /subscriptions/s"},
		"a secret":     {nil, `{"Message": "password=hunter2"}`, "{\"Message\": \"password=(masked)\"}\n(HTTP 400 Bad Request)\n\nRequest: PUT /subscriptions/s"},
		"a long text":  {nil, strings.Repeat("No. ", 251), "Azure replied 400 Bad Request without saying why\n\nRequest: PUT /subscriptions/s"},
		"nothing":      {nil, ``, "Azure replied 400 Bad Request without saying why\n\nRequest: PUT /subscriptions/s"},
		"not an error": {nil, `[]`, "Azure replied 400 Bad Request without saying why\n\nRequest: PUT /subscriptions/s"},
		"a page":       {nil, `<html>`, "Azure replied 400 Bad Request without saying why\n\nRequest: PUT /subscriptions/s"},
	} {
		e := newError(&http.Response{StatusCode: 400, Header: test.header, Request: request}, []byte(test.body))
		if e.Error() != test.want {
			t.Errorf("%s: it says\n%s\nwant\n%s", name, e, test.want)
		}
	}
}

// Only a 404 in Azure's own words means that something does not exist.
func TestErrorsOfWhatIsGone(t *testing.T) {
	own, other := http.Header{"X-Ms-Response-Type": {"standard"}}, http.Header{"X-Ms-Request-Id": {"1"}}
	coded := func(code string) string { return fmt.Sprintf(`{"error": {"code": %q}}`, code) }
	for _, test := range []struct {
		status           int
		header           http.Header
		body             string
		gone, parentGone bool
	}{
		{404, own, "", true, false},
		{404, other, "", true, false},
		{404, nil, "", false, false},
		{404, own, "<html>", false, false},
		{400, own, "", false, false},
		{400, nil, coded("ResourceGroupNotFound"), false, false},
		{404, nil, coded("ResourceNotFound"), true, false},
		{404, nil, coded("NotFound"), true, false},
		{404, nil, coded("ComputeNotFound"), true, false},
		{404, nil, coded("SubscriptionNotFound"), false, false},
		{404, nil, coded("ParentResourceNotFound"), true, true},
		{404, nil, coded("ResourceGroupNotFound"), true, true},
		{404, nil, coded("WorkspaceNotFound"), true, true},
	} {
		e := newError(&http.Response{StatusCode: test.status, Header: test.header}, []byte(test.body))
		if isGone(fmt.Errorf("wrapped: %w", e)) != test.gone || e.parentGone() != test.parentGone {
			t.Errorf("%d %v %s: gone %t, its parent %t; want %t, %t", test.status, test.header, test.body, e.gone(), e.parentGone(), test.gone, test.parentGone)
		}
	}
	if isGone(errors.New("gone")) || isForbidden(errors.New("forbidden")) || isForbidden(refusal(402, "", "")) || !isForbidden(refusal(403, "", "")) {
		t.Error("isGone or isForbidden does not look at the reply")
	}
}

// An untrusted certificate is not an error of the sign-in, although azcore does not retry it.
func TestErrorsOfTheSignIn(t *testing.T) {
	untrusted := &bounds.CertificateError{Cause: errors.New("x509")}
	for _, test := range []struct {
		err  error
		want bool
	}{
		{nil, false}, {errors.New("other"), false}, {noTokenError{}, true}, {fmt.Errorf("wrapped: %w", noTokenError{}), true}, {untrusted, false},
	} {
		if IsSignIn(test.err) != test.want {
			t.Errorf("%v: got %t", test.err, !test.want)
		}
	}
}

// A call that ends early says what it was doing and, after a failed sign-in, that this was it.
func TestInterruptedError(t *testing.T) {
	timedOut, cancelTimeout := context.WithDeadline(t.Context(), time.Now())
	defer cancelTimeout()
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, test := range []struct {
		ctx  context.Context
		last error
		want string
	}{
		{timedOut, nil, "Timed out while waiting."},
		{canceled, nil, "Interrupted while waiting."},
		{timedOut, errors.New("oh"), "Timed out while waiting.\n\nThe last error was:\noh"},
		{timedOut, noTokenError{}, "Timed out while signing in.\n\nThe last error was:\nno token"},
	} {
		err := interrupted(test.ctx, "waiting", test.last)
		if err.Error() != test.want || !errors.Is(err, test.ctx.Err()) || test.last != nil && errors.Is(err, test.last) {
			t.Errorf("it says\n%v\nwant\n%s", err, test.want)
		}
	}
}

// A request without a reply says why, and which request it was.
func TestNoReplyError(t *testing.T) {
	for _, test := range []struct {
		cause     error
		untrusted bool
		want      string
	}{
		{errors.New("reset"), false, "Azure did not reply: reset\n\nRequest: GET /s"},
		{&bounds.TooLargeError{Host: "h"}, false, "The reply is not what Azure sends: the reply of h is larger than 16 MiB (16777216 bytes)\n\nRequest: GET /s"},
		{&bounds.CertificateError{Cause: errors.New("x509")}, true, "Azure did not reply: x509\n\nRequest: GET /s"},
	} {
		err := &NoReplyError{http.MethodGet, "/s", test.cause}
		if err.Error() != test.want || err.Untrusted() != test.untrusted || !errors.Is(err, test.cause) {
			t.Errorf("it says\n%v\nwant\n%s", err, test.want)
		}
		notSent := &NotSentError{err}
		if notSent.Error() != test.want+"\n\nAnother request failed with this error a moment ago, after several tries. This one was not sent." || !errors.Is(notSent, err) {
			t.Errorf("not sent, it says\n%v", notSent)
		}
	}
}

// What a lookup finds missing is Azure's reply about the workspace, or else the compute.
func TestNotFoundError(t *testing.T) {
	for code, want := range map[string]string{
		"ComputeNotFound":   `Workspace "ws0" (resource group "rg-ml") has no compute "c".`,
		"WorkspaceNotFound": "WorkspaceNotFound\n(HTTP 404 Not Found)\n\nRequest:  ",
	} {
		cause := refusal(404, code, "")
		err := &NotFoundError{testWorkspace.ID, "c", cause}
		if err.Error() != want || !errors.Is(err, cause) {
			t.Errorf("it says %q, want %q", err, want)
		}
		seen := &NeverSeenError{err, "Succeeded"}
		if !errors.Is(seen, err) || seen.Error() != "Azure accepted the attach, and its operation ended as Succeeded, but the compute did not appear.\n\n"+want {
			t.Errorf("it says %q", seen)
		}
		if seen.Status = ""; seen.Error() != "Azure accepted the attach, but the compute did not appear.\n\n"+want {
			t.Errorf("without a status it says %q", seen)
		}
	}
}

// An error that comes with a status of success, in place of what was requested, is quoted.
func TestErrorsInRepliesOfSuccess(t *testing.T) {
	const sent = `{"error": {"code": "Broken", "message": "It broke.", "details": [{"code": "Disk", "message": "It is full."}]}}`
	workspace := mustClient(t, staticToken{}, Options{Transport: reply(sent)}).Workspace(testWorkspace.ID)
	for lacks, read := range map[string]func() error{
		`the compute has no "properties"`: func() error { _, err := workspace.LookUp(t.Context(), "c"); return err },
		`the list has no "value"`: func() (last error) {
			for _, last = range workspace.BatchComputes(t.Context()) { //nolint:revive // the last error is that of the list
			}
			return last
		},
		"the workspace has no location": func() error { _, err := workspace.Location(t.Context()); return err },
	} {
		want := "The reply is not what Azure sends: " + lacks + "\n  - Broken: It broke.\n  - Disk: It is full.\n(HTTP 200 OK)"
		if err := read(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("it says\n%v\nwant\n%s", err, want)
		}
	}
}
