package azureml

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// For ten seconds after a read has used up its tries, other reads send nothing if the whole
// host is down, and try once if it is one address.
func TestOutage(t *testing.T) {
	for name, test := range map[string]struct {
		reply string
		sends int // of a read within the ten seconds
	}{
		"no reply":        {lost, 0},
		"bad gateway":     {"502 ", 0},
		"unavailable":     {"503 ", 0},
		"gateway timeout": {"504 ", 0},
		"a fault":         {failing, 1},
		"not to be had":   {"505 ", 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := &script{replies: map[string][]string{http.MethodGet: {test.reply}}}
				workspace := service.workspace(t)
				read := func() int {
					before := len(service.sent)
					if _, err := workspace.BatchCompute(t.Context(), "c"); err == nil {
						t.Error("it was read")
					}
					return len(service.sent) - before
				}
				if n := read(); n != maxFailures {
					t.Errorf("the first read sends %d requests, want %d", n, maxFailures)
				}
				if test.sends == 0 {
					time.Sleep(9900 * time.Millisecond)
				}
				if n := read(); n != test.sends {
					t.Errorf("within ten seconds a read sends %d requests, want %d", n, test.sends)
				}
				time.Sleep(10100 * time.Millisecond)
				if n := read(); n != maxFailures {
					t.Errorf("after ten seconds a read sends %d requests, want %d", n, maxFailures)
				}
			})
		})
	}
}

// A read that fails although another one has succeeded since it began is no outage.
func TestOutageOfOneRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var o outage
		began := time.Now()
		time.Sleep(time.Second)
		o.clear()
		if o.record(began, noTokenError{}); o.current(t.Context()) != nil {
			t.Error("an outage was recorded")
		}
		if o.record(time.Now(), noTokenError{}); o.current(t.Context()) == nil {
			t.Error("no outage was recorded")
		}
	})
}

// During an outage, a read that finds out what a write did is sent all the same.
func TestOutageAndSettling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := &script{replies: map[string][]string{
			http.MethodGet: {ownThere, lost, lost, lost, lost, lost, gone}, http.MethodDelete: {lost},
		}}
		compute, err := service.workspace(t).BatchCompute(t.Context(), "c")
		if err != nil {
			t.Fatal(err)
		}
		if err := compute.RefreshState(t.Context()); err == nil {
			t.Error("it was read")
		}
		if err := compute.Detach(t.Context()); err != nil {
			t.Errorf("the detach ends with %v", err)
		}
	})
}

// A refusal neither begins an outage nor ends one.
func TestOutageAndRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := &script{replies: map[string][]string{http.MethodGet: {
			gone, failing, ownThere, // no outage: the failure is retried
			failing, failing, failing, failing, failing, refuses, failing, // an outage: the failure is not
			gone, failing, ownThere, // ten seconds later
		}}}
		workspace := service.workspace(t)
		for i, sends := range []int{1, 2, maxFailures, 1, 1, 1, 2} {
			if i == 5 {
				time.Sleep(9 * time.Second)
			}
			if i == 6 {
				time.Sleep(2 * time.Second)
			}
			before := len(service.sent)
			_, err := workspace.BatchCompute(t.Context(), "c")
			if n := len(service.sent) - before; n != sends {
				t.Errorf("read %d sends %d requests, want %d: %v", i, n, sends, err)
			}
		}
	})
}

// A read that succeeds ends an outage.
func TestOutageIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := &script{replies: map[string][]string{http.MethodGet: {failing, failing, failing, failing, failing, ownThere, failing}}}
		workspace := service.workspace(t)
		for i, sends := range []int{maxFailures, 1, maxFailures} {
			before := len(service.sent)
			_, err := workspace.BatchCompute(t.Context(), "c")
			if n := len(service.sent) - before; n != sends || (err == nil) != (i == 1) {
				t.Errorf("read %d sends %d requests, want %d: %v", i, n, sends, err)
			}
		}
	})
}
