package emulator

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func TestThrottling(t *testing.T) {
	for method, test := range map[string]struct {
		burst, perSecond int
		kind             string
	}{
		http.MethodGet:    {250, 25, "reads"},
		http.MethodPut:    {200, 10, "writes"},
		http.MethodDelete: {200, 10, "deletes"},
	} {
		synctest.Test(t, func(t *testing.T) {
			e := newHandler(t, WithThrottling())
			refused := func() bool {
				return e.call(t, method, computePath+version, "{}").status == http.StatusTooManyRequests
			}
			for i := range test.burst {
				if refused() {
					t.Fatalf("%s: request %d is refused", method, i+1)
				}
			}
			a := e.want(t, http.StatusTooManyRequests, method, computePath+version, "{}")
			if a.errorCode(t) != "SubscriptionRequestsThrottled" || a.header.Get("Retry-After") != "1" ||
				a.header.Get("x-ms-ratelimit-remaining-subscription-"+test.kind) != "0" {
				t.Errorf("%s: %v %s", method, a.header, a.body)
			}
			time.Sleep(100 * time.Millisecond) // Retry-After is a second, even if a request is free again by now.
			a = e.want(t, http.StatusTooManyRequests, method, computePath+version, "{}")
			if a.header.Get("Retry-After") != "1" || a.header.Get("x-ms-ratelimit-remaining-subscription-"+test.kind) != "0" {
				t.Errorf("a %s before the end of Retry-After: %v %s", method, a.header, a.body)
			}
			time.Sleep(900 * time.Millisecond)
			for i := range test.perSecond {
				if refused() {
					t.Fatalf("%s: request %d after a second is refused", method, i+1)
				}
			}
			if !refused() {
				t.Errorf("%s: more than %d a second are accepted", method, test.perSecond)
			}
			time.Sleep(time.Hour) // The bucket fills up to the burst.
			for range test.burst {
				if refused() {
					t.Fatalf("%s: a request is refused after an hour", method)
				}
			}
			if !refused() {
				t.Errorf("%s: a burst of more than %d is accepted", method, test.burst)
			}
		})
	}
}

func TestThrottledRequestDoesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newHandler(t, WithThrottling())
		for range 200 {
			e.call(t, http.MethodPut, computePath+version, "{}")
		}
		e.want(t, http.StatusTooManyRequests, http.MethodPut, computePath+version, attachBody)
		if _, there := e.Compute(computePath); there {
			t.Error("a throttled PUT attaches")
		}
		// Other kinds of requests and other principals have their own limits; the workspace's own endpoint has none.
		e.want(t, http.StatusNotFound, http.MethodGet, computePath+version, "")
		other := e.signToken(claims{
			Audience: managementAudience, AppID: DefaultAssignedIdentity, TenantID: DefaultTenantID,
			IssuedAt: time.Now().Unix(), Expires: time.Now().Add(time.Hour).Unix(),
		})
		e.want(t, http.StatusBadRequest, http.MethodPut, computePath+version, "{}", "Authorization", "Bearer "+other)
		for range 300 {
			e.want(t, http.StatusNotFound, http.MethodGet, "/rp/workspaces"+computePath+version, "")
		}
	})
}

func TestNoThrottlingByDefault(t *testing.T) {
	e := newHandler(t)
	for range 300 {
		e.want(t, http.StatusNotFound, http.MethodGet, computePath+version, "")
	}
}
