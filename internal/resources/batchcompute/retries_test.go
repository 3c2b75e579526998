package batchcompute_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// A 409 is retried while an operation changes the compute if its code is known to be
// temporary, and for about two minutes otherwise.
func TestConflicts(t *testing.T) {
	conflict := func(method, code string) emulator.Fault {
		return emulator.Fault{Method: method, Status: http.StatusConflict, Times: -1, Header: map[string]string{"x-ms-request-id": "1"}, Body: fmt.Sprintf(`{"error": {"code": %q, "message": "It is so."}}`, code)}
	}
	refusingDetach := func(t *testing.T, code string) (*emulator.Emulator, *acctest.Core, acctest.State) {
		t.Helper()
		e, _, state := attached(t, byID())
		e.Inject(conflict(http.MethodDelete, code))
		return e, acctest.NewEmulatorCore(t, e, acctest.AsShipped), state
	}
	const advice = "Another operation is changing this compute"
	for _, code := range []string{"Conflict", "QuotaExceeded"} {
		acctest.Run(t, "attach of a free name, "+code, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			e.Inject(conflict(http.MethodPut, code))
			began := time.Now()
			state, d := acctest.NewEmulatorCore(t, e, acctest.AsShipped).Apply(t.Context(), acctest.State{}, byID())
			if took := time.Since(began); took < 2*time.Minute || took > 3*time.Minute {
				t.Errorf("it took %s", took)
			}
			wantGone(t, state)
			d.WantError(t, code+": It is so.")
			d.WantErrorOmits(t, advice)
		})
		acctest.Run(t, "detach, in a final state, "+code, func(t *testing.T) {
			_, core, state := refusingDetach(t, code)
			began := time.Now()
			state, d := core.Destroy(t.Context(), state)
			if took := time.Since(began); took < 2*time.Minute || took > 3*time.Minute {
				t.Errorf("it took %s", took)
			}
			wantKept(t, state)
			d.WantError(t, code+": It is so.")
			d.WantErrorOmits(t, advice)
		})
	}
	acctest.Run(t, "detach during a long operation", func(t *testing.T) {
		e, core, state := refusingDetach(t, "Conflict")
		e.EditCompute(computeID, func(c *emulator.Compute) { c.ProvisioningState = "Updating" })
		time.AfterFunc(20*time.Minute, e.ClearFaults)
		if state, d := core.Destroy(t.Context(), state); d.Err() != nil || state.Exists() {
			t.Errorf("the destroy: %v", d.Err())
		}
	})
	acctest.Run(t, "detach during an operation, with a permanent code", func(t *testing.T) {
		e, core, state := refusingDetach(t, "QuotaExceeded")
		e.EditCompute(computeID, func(c *emulator.Compute) { c.ProvisioningState = "Updating" })
		began := time.Now()
		if _, d := core.Destroy(t.Context(), state); d.Err() == nil || time.Since(began) > 3*time.Minute {
			t.Errorf("it took %s, %v", time.Since(began), d.Err())
		}
	})
}

// When a token expires during a wait, the next request has a new one. A redirect from the
// status address says nothing about the operation.
func TestTokenExpiresDuringAWait(t *testing.T) {
	for _, path := range []string{"status", "compute"} {
		for _, method := range []string{"attach", "detach"} {
			acctest.Run(t, method+" "+path, func(t *testing.T) {
				e := acctest.NewEmulator(t, emulator.WithOperationDuration(time.Minute, time.Minute))
				core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
				expired := emulator.Fault{Method: http.MethodGet, Path: paths[path], Nth: 2, Status: 401, Body: `{"error": {"code": "ExpiredAuthenticationToken", "message": "The access token expiry is before the current time."}}`}
				if method == "attach" {
					e.Inject(expired)
				}
				state, d := core.Apply(t.Context(), acctest.State{}, byID())
				if d.Err() != nil {
					t.Fatal(d.Err())
				}
				core.NewRun()
				if method == "detach" {
					e.Inject(expired)
				}
				if state, d := core.Destroy(t.Context(), state); d.Err() != nil || state.Exists() {
					t.Errorf("the destroy: %v", d.Err())
				}
			})
		}
	}
	acctest.Run(t, "permanently, only at the status", func(t *testing.T) {
		e := acctest.NewEmulator(t)
		e.Inject(emulator.Fault{Path: paths["status"], Status: 401, Times: -1})
		checkSettles(t, acctest.NewEmulatorCore(t, e, acctest.AsShipped), byID())
	})
	acctest.Run(t, "permanently", func(t *testing.T) {
		e, core, state := attached(t, byID())
		e.Inject(emulator.Fault{Path: "/computes/", Status: 401, Times: -1, Body: `{"error": {"code": "ExpiredAuthenticationToken", "message": "m"}}`})
		_, d := core.Refresh(t.Context(), state)
		d.WantError(t, "clock")
	})
	for _, write := range []string{http.MethodPut, http.MethodDelete} {
		acctest.Run(t, write, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			e.Inject(emulator.Fault{Method: write, Status: 401})
			core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
			state, d := core.Apply(t.Context(), acctest.State{}, byID())
			if d.Err() != nil {
				t.Fatal(d.Err())
			}
			core.NewRun()
			if _, d := core.Destroy(t.Context(), state); d.Err() != nil {
				t.Error(d.Err())
			}
		})
	}
	acctest.Run(t, "redirected", func(t *testing.T) {
		e := acctest.NewEmulator(t)
		e.Inject(emulator.Fault{Path: paths["status"], Status: 302, Times: -1, Header: map[string]string{"Location": "https://login.example/"}})
		checkSettles(t, acctest.NewEmulatorCore(t, e, acctest.AsShipped), byID())
	})
}

// Retry-After is limited to a minute between polls, and to five minutes after throttling.
func TestRetryAfterIsBounded(t *testing.T) {
	for name, test := range map[string]struct {
		fault emulator.Fault
		least time.Duration
	}{
		"of a status":   {emulator.Fault{Path: paths["status"], Header: map[string]string{"Retry-After": "3600"}}, time.Minute},
		"of a read":     {emulator.Fault{Method: "GET", Path: paths["compute"], Status: 429, Header: map[string]string{"Retry-After": "3600"}}, 5 * time.Minute},
		"of an attach":  {emulator.Fault{Method: "PUT", Status: 429, Header: map[string]string{"Retry-After": "3600"}}, 5 * time.Minute},
		"of a 503":      {emulator.Fault{Method: "PUT", Status: 503, Header: map[string]string{"Retry-After": "3600"}}, 5 * time.Minute},
		"of a location": {emulator.Fault{Path: paths["workspace"], Status: 503, Header: map[string]string{"Retry-After": "3600"}}, 5 * time.Minute},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t, emulator.WithOperationDuration(10*time.Second, 0))
			e.Inject(test.fault)
			began := time.Now()
			if _, d := acctest.NewEmulatorCore(t, e, acctest.AsShipped).Apply(t.Context(), acctest.State{}, byID()); d.Err() != nil {
				t.Error(d.Err())
			}
			if took := time.Since(began); took < test.least || took > test.least+30*time.Second {
				t.Errorf("it took %s, want %s and a little more", took, test.least)
			}
		})
	}
}
