package azureml

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/bounds"
)

const throttling = `429 {"error": {"code": "TooManyRequests"}}`

// many is a reply n times, and then another one.
func many(n int, reply, then string) []string { return append(slices.Repeat([]string{reply}, n), then) }

// What a refusal means decides whether a write is sent again, and whether the compute is read
// first.
func TestWritesAreRetried(t *testing.T) {
	locked := `409 {"error": {"code": "ScopeLocked", "message": "A lock."}}`
	for name, test := range map[string]struct {
		deletes []string
		sent    string // after the first GET
		says    string
	}{
		"a token that has expired":     {[]string{"401 ", taken}, "DELETE DELETE", ""},
		"a token that is not accepted": {[]string{"401 "}, "DELETE DELETE", "401"},
		"throttled":                    {many(8, "429 ", taken), strings.Repeat("DELETE ", 8) + "DELETE", ""},
		"a lock on the resource":       {[]string{"423 ", taken}, "DELETE GET DELETE", ""},
		"a management lock":            {[]string{locked}, "DELETE", "A lock."},
		"a timeout":                    {[]string{"408 ", taken}, "DELETE GET DELETE", ""},
		"a failure":                    {[]string{"500 ", taken}, "DELETE GET DELETE", ""},
		"failures":                     {[]string{failing}, strings.Repeat("DELETE GET ", maxFailures-1) + "DELETE GET", "Oh."},
		"failures, and throttled":      {slices.Concat(many(12, "429 ", failing), many(3, failing, taken)), strings.Repeat("DELETE ", 12) + strings.Repeat("DELETE GET ", 4) + "DELETE", ""},
		"refused":                      {[]string{"499 "}, "DELETE", "499"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := &script{replies: map[string][]string{http.MethodDelete: test.deletes, http.MethodGet: {ownThere}}}
				compute, err := service.workspace(t).BatchCompute(t.Context(), "c")
				if err != nil {
					t.Fatal(err)
				}
				err = compute.Detach(t.Context())
				if sent := strings.Join(service.sent[1:], " "); sent != test.sent {
					t.Errorf("it sent %s, want %s", sent, test.sent)
				}
				if test.says == "" && err != nil || test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)) {
					t.Errorf("it ends with %v, want %q", err, test.says)
				}
			})
		})
	}
}

// A write that is interrupted while the service refuses it was certainly not accepted.
func TestWriteIsInterruptedWhileRefused(t *testing.T) {
	for reply, reads := range map[string]int{throttling: 1, busyNow: 7} {
		synctest.Test(t, func(t *testing.T) {
			service := &script{replies: map[string][]string{http.MethodDelete: {reply}, http.MethodGet: {ownThere}}}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			compute, err := service.workspace(t).BatchCompute(ctx, "c")
			if err != nil {
				t.Fatal(err)
			}
			err = compute.Detach(ctx)
			if err == nil || !strings.HasPrefix(err.Error(), "Timed out while asking Azure to detach compute \"c\".\n\nThe last error was:\n") {
				t.Errorf("%s: the error is %v", reply, err)
			}
			n := len(slices.DeleteFunc(service.sent, func(method string) bool { return method != http.MethodGet }))
			if n < reads-1 || n > reads {
				t.Errorf("%s: %d reads were sent, want about %d", reply, n, reads)
			}
		})
	}
}

// Once a reply was lost, the service may have accepted the write, whatever it replies later.
func TestUncertainWrites(t *testing.T) {
	for name, test := range map[string]struct {
		deletes []string
		want    bool
	}{
		"refused":                {[]string{refuses}, false},
		"lost, and refused":      {[]string{lost, refuses}, true},
		"busy":                   {[]string{busyNow}, false},
		"lost, and busy":         {[]string{lost, busyNow}, true},
		"throttled":              {[]string{"429 "}, false},
		"lost, and throttled":    {[]string{lost, "429 "}, true},
		"lost each time":         {[]string{lost}, true},
		"without a token":        {[]string{"401 "}, false},
		"lost, without a token":  {[]string{lost, "401 "}, true},
		"no reply until the end": {[]string{hangs}, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := mustClient(t, staticToken{}, Options{Transport: &script{replies: map[string][]string{http.MethodDelete: test.deletes}}})
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
				defer cancel()
				_, uncertain, err := client.send(ctx, write{
					method: http.MethodDelete, url: client.resourceURL("/computes/c"), doing: "writing",
					settle: func(context.Context, bool) (settlement, error) { return idle, nil },
				})
				if uncertain != test.want || err == nil || strings.Contains(err.Error(), "may have accepted") && !test.want {
					t.Errorf("uncertain is %t, want %t: %v", uncertain, test.want, err)
				}
			})
		})
	}
}

// What a failed write did depends on whether it was sent, and on the reply.
func TestOutcomes(t *testing.T) {
	for _, test := range []struct {
		err  error
		want outcome
	}{
		{&NoReplyError{Cause: &bounds.CertificateError{Cause: errors.New("x509")}}, refused},
		{noTokenError{}, refused},
		{&NoReplyError{Cause: errors.New("connection reset by peer")}, unknown},
		{refusal(429, "", ""), throttled},
		{refusal(401, "", ""), unauthorized},
		{refusal(409, "", ""), busy},
		{refusal(423, "", ""), busy},
		{refusal(409, "ScopeLocked", ""), refused},
		{refusal(503, "MissingSubscriptionRegistration", ""), refused},
		{refusal(408, "", ""), unknown},
		{refusal(500, "", ""), unknown},
		{refusal(499, "", ""), refused},
		{refusal(400, "", ""), refused},
	} {
		if got := outcomeOf(test.err); got != test.want {
			t.Errorf("%v: got %d, want %d", test.err, got, test.want)
		}
	}
}

// A read that is interrupted says why it had not succeeded before.
func TestReadIsInterrupted(t *testing.T) {
	for reply, says := range map[string]string{lost: "connection reset by peer", throttling: "TooManyRequests", failing: "Oh.", page: "it is not a JSON object"} {
		synctest.Test(t, func(t *testing.T) {
			service := &script{replies: map[string][]string{http.MethodGet: {reply, hangs}}}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			_, err := service.workspace(t).BatchCompute(ctx, "c")
			if err == nil || !strings.HasPrefix(err.Error(), "Timed out while reading "+testWorkspace.ID.ComputeID("c")+".\n\nThe last error was:\n") || !strings.Contains(err.Error(), says) {
				t.Errorf("the error is %v, want %q", err, says)
			}
		})
	}
}

// A read is retried if it may succeed without a change, and given up after some failures. The
// service's limit is not a failure.
func TestReadsAreRetried(t *testing.T) {
	for name, test := range map[string]struct {
		gets []string
		sent int
		says string
	}{
		"a token that has expired":     {[]string{"401 ", ownThere}, 2, ""},
		"a token that is not accepted": {[]string{"401 "}, 2, "401"},
		"throttled":                    {many(8, "429 ", ownThere), 9, ""},
		"timeouts":                     {many(maxFailures-1, "408 ", ownThere), maxFailures, ""},
		"more timeouts":                {many(maxFailures, "408 ", ownThere), maxFailures, "408"},
		"failures":                     {many(maxFailures-1, failing, ownThere), maxFailures, ""},
		"more failures":                {many(maxFailures, failing, ownThere), maxFailures, "Oh."},
		"no replies":                   {many(maxFailures-1, lost, ownThere), maxFailures, ""},
		"no more replies":              {many(maxFailures, lost, ownThere), maxFailures, "connection reset by peer"},
		"pages":                        {many(maxFailures-1, page, ownThere), maxFailures, ""},
		"more pages":                   {many(maxFailures, page, ownThere), maxFailures, "it is not a JSON object"},
		"failures, and throttled":      {slices.Concat(many(8, "429 ", failing), many(3, failing, ownThere)), 13, ""},
		"refused":                      {[]string{"499 "}, 1, "499"},
		"a list":                       {[]string{"200 []"}, 1, "it is not a JSON object"},
		"null":                         {[]string{"200 null"}, 1, "it is not a JSON object"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := &script{replies: map[string][]string{http.MethodGet: test.gets}}
				_, err := service.workspace(t).BatchCompute(t.Context(), "c")
				if len(service.sent) != test.sent {
					t.Errorf("it sent %d requests, want %d", len(service.sent), test.sent)
				}
				if test.says == "" && err != nil || test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)) {
					t.Errorf("it ends with %v, want %q", err, test.says)
				}
			})
		})
	}
}
