package batchcompute_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/bounds"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// brokenReplies are replies that never arrive or never end.
var brokenReplies = map[string]emulator.Fault{
	"held": {Hold: true}, "dribbled": {Dribble: time.Second}, "endless and dribbled": {Dribble: time.Second, Endless: true},
}

// If any one reply does not arrive, attach and detach still succeed, after the time of one try
// and some retries, and nothing is attached twice.
func TestOneReplyNeverArrives(t *testing.T) {
	at := map[string]emulator.Fault{
		"workspace": {Method: "GET", Path: paths["workspace"]}, "list": {Method: "GET", Path: paths["list"]},
		"first GET": {Method: "GET", Path: paths["compute"]}, "last GET": {Method: "GET", Path: paths["compute"], Nth: 2},
		"attach": {Method: "PUT"}, "status": {Method: "GET", Path: paths["status"]}, "detach": {Method: "DELETE"},
	}
	for kind, broken := range brokenReplies {
		for place, fault := range at {
			acctest.Run(t, kind+" "+place, func(t *testing.T) {
				e := newFaultyEmulator(t)
				core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
				fault.Hold, fault.Dribble, fault.Endless = broken.Hold, broken.Dribble, broken.Endless
				e.Inject(fault)
				began := time.Now()
				state, d := core.Apply(t.Context(), acctest.State{}, byNames())
				if d.Err() != nil || state.Tainted || state.Text("provisioning_state") != "Succeeded" {
					t.Fatalf("%v, %v", state.Value, d.Err())
				}
				core.NewRun()
				if _, d = core.Destroy(t.Context(), state); d.Err() != nil || len(e.Computes()) > 0 {
					t.Fatalf("%v, %v", e.Computes(), d.Err())
				}
				if took := time.Since(began); took > bounds.TryTimeout+30*time.Second {
					t.Errorf("it took %s", took)
				}
				if n := writes(e, "PUT"); n != 1 {
					t.Errorf("%d PUTs", n)
				}
			})
		}
	}
}

// A PUT that never reaches Azure is sent again, even if only a timeout shows it.
func TestWriteThatIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := acctest.NewEmulator(t)
		e.Inject(emulator.Fault{Method: "PUT", Status: 200, Hold: true})
		core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
		state, d := core.Apply(t.Context(), acctest.State{}, byNames())
		if d.Err() != nil || state.Text("provisioning_state") != "Succeeded" || writes(e, "PUT") != 2 {
			t.Errorf("%v, %v, %q", state.Value, d.Err(), requests(e))
		}
	})
}

// Retry-After is respected even if it is longer than the time limit of a try.
func TestRetryAfterOutlastsATry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := acctest.NewEmulator(t)
		e.Inject(emulator.Fault{Method: "GET", Path: paths["compute"], Status: 429, Header: map[string]string{"Retry-After": "120"}})
		core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
		began := time.Now()
		if _, d := core.Apply(t.Context(), acctest.State{}, byNames()); d.Err() != nil {
			t.Fatal(d.Err())
		}
		if took := time.Since(began); took < 2*time.Minute {
			t.Errorf("it took %s", took)
		}
	})
}

// When a try gets no reply, the error does not mention the user's timeout.
func TestNoReplyAtAll(t *testing.T) {
	for kind, broken := range brokenReplies {
		acctest.Run(t, kind, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			broken.Path, broken.Times = paths["compute"], -1
			e.Inject(broken)
			core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
			_, d := core.Apply(t.Context(), acctest.State{}, byNames())
			d.WantError(t, "management.emulator sent no complete reply within 1m10s")
			d.WantErrorOmits(t, "timeouts")
		})
	}
}

// While Azure is down, a plan of twenty computes takes as long as a plan of one, and each
// compute has its error. Once Azure is back, the plan succeeds.
func TestAzureIsDown(t *testing.T) {
	for kind, down := range map[string]emulator.Fault{
		"dropped": {Drop: true}, "503": {Status: 503}, "504 of a gateway": {Status: 504, Body: "<html>"},
		"500": {Status: 500, Body: `{"error": {"code": "InternalServerError", "message": "It is so."}}`}, "not JSON": {Status: 200, Body: "<html>"},
	} {
		acctest.Run(t, kind, func(t *testing.T) {
			m := newMany(t, 20, nil)
			down.Path, down.Times = "^/subscriptions/", -1
			m.e.Inject(down)
			began := time.Now()
			var failed atomic.Int64
			atATime(10, len(m.states), func(i int) {
				state, d := m.core.Refresh(t.Context(), m.states[i])
				if d.Err() != nil && strings.Contains(d.Err().Error(), manyName(i)) && state.Value.Equal(m.states[i].Value) {
					failed.Add(1)
				}
			})
			if took := time.Since(began); took > 45*time.Second || failed.Load() != 20 {
				t.Errorf("%d failed, in %s", failed.Load(), took)
			}
			m.e.ClearFaults()
			time.Sleep(10*time.Second + 1)
			m.refresh(t, 7)
		})
	}
}

// When Entra ID is down or refuses the sign-in, only one read tries it.
func TestEntraIDIsDown(t *testing.T) {
	for kind, down := range map[string]emulator.Fault{
		"dropped": {Drop: true}, "held": {Hold: true}, "503": {Status: 503}, "wrong secret": {Status: 401, Body: `{"error": "invalid_client", "error_description": "AADSTS7000215: No."}`},
	} {
		acctest.Run(t, kind, func(t *testing.T) {
			m := newMany(t, 20, nil)
			down.Path, down.Times = "/oauth2/", -1
			m.e.Inject(down)
			m.core.NewRun() // without a token
			began := time.Now()
			var failed atomic.Int64
			atATime(10, len(m.states), func(i int) {
				if _, d := m.core.Refresh(t.Context(), m.states[i]); d.Err() != nil && strings.Contains(d.Err().Error(), manyName(i)) {
					failed.Add(1)
				}
			})
			if took := time.Since(began); took > 5*bounds.TryTimeout || kind != "held" && took > 30*time.Second || failed.Load() != 20 {
				t.Errorf("%d failed, in %s", failed.Load(), took)
			}
			m.e.ClearFaults()
			time.Sleep(10*time.Second + 1)
			m.refresh(t, 7)
		})
	}
}

// A compute that Azure cannot read does not prevent reads of others.
func TestOneComputeIsBroken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMany(t, 3, nil)
		m.e.Inject(emulator.Fault{Path: "/computes/" + manyName(0), Status: 500, Times: -1})
		if _, d := m.core.Refresh(t.Context(), m.states[0]); d.Err() == nil {
			t.Fatal("the refresh succeeded")
		}
		m.refresh(t, 1)
		if _, d := m.core.Refresh(t.Context(), m.states[2]); d.Err() != nil {
			t.Error(d.Err())
		}
	})
}

// An address that never replies does not count as an outage while other reads succeed.
func TestOneAddressNeverReplies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMany(t, 2, nil)
		m.e.Inject(emulator.Fault{Path: "/computes/" + manyName(0), Drop: true, Times: -1})
		done := make(chan struct{})
		go func() {
			defer close(done)
			m.core.Refresh(t.Context(), m.states[0])
		}()
		for began := time.Now(); time.Since(began) < time.Minute; time.Sleep(time.Second) {
			_, d := m.core.ReadData(t.Context(), "azureml_batch_computes", acctest.Attributes{"workspace_id": emulator.DefaultWorkspaceID})
			if d.Err() != nil {
				t.Fatalf("after %s: %v", time.Since(began), d.Err())
			}
		}
		<-done
	})
}

// The reads that find out what a write did ignore an outage that other reads have recorded.
func TestReadsAfterALostReplyIgnoreAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := acctest.NewEmulator(t)
		account := strings.Replace(emulator.DefaultBatchAccountID, "batch0", "batch1", 1)
		e.AddBatchAccount(account, "westeurope")
		core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
		// The reply to the PUT is lost at a moment when another read has just used up its tries.
		e.Inject(emulator.Fault{Path: "/computes/other$", Status: 503, Times: -1}, emulator.Fault{Method: "PUT", LoseReply: true, Delay: 24 * time.Second})
		done := make(chan struct{})
		go func() {
			defer close(done)
			for range 3 {
				core.ReadData(t.Context(), "azureml_batch_compute", acctest.Attributes{"name": "other", "workspace_id": emulator.DefaultWorkspaceID})
			}
		}()
		state, d := core.Apply(t.Context(), acctest.State{}, byID(acctest.Attributes{"batch_account_id": account, "location": "westeurope"}))
		<-done
		if d.Err() != nil || state.Text("provisioning_state") != "Succeeded" || writes(e, "PUT") != 1 {
			t.Errorf("%v, %v, %q", state.Value, d.Err(), requests(e))
		}
	})
}

// However short Retry-After is, the service gets at most one poll a second.
func TestRetryAfterHasAFloor(t *testing.T) {
	for _, method := range []string{"GET", "PUT"} {
		for name, value := range map[string]func() string{
			"retry-after-ms":      func() string { return "1" },
			"x-ms-retry-after-ms": func() string { return "1" },
			"Retry-After":         func() string { return time.Now().Add(time.Second).UTC().Format(http.TimeFormat) },
		} {
			acctest.Run(t, fmt.Sprintf("%s %s", method, name), func(t *testing.T) {
				e := acctest.NewEmulator(t)
				core := acctest.NewEmulatorCore(t, e, acctest.AsShipped, acctest.EditReplies(func(request *http.Request, response *http.Response) {
					if request.Method == method && strings.Contains(request.URL.Path, "/computes/") {
						response.StatusCode = http.StatusTooManyRequests
						response.Header.Set(name, value())
					}
				}))
				began := time.Now()
				core.Apply(t.Context(), acctest.State{}, byNames(acctest.Attributes{"timeouts": acctest.Attributes{"create": "1m"}}))
				sent := slices.DeleteFunc(requests(e), func(request string) bool { return request != method+" compute" })
				if took := time.Since(began); took < time.Minute || len(sent) > 62 || len(sent) < 5 {
					t.Errorf("%d requests in %s", len(sent), took)
				}
			})
		}
	}
}

// terraform import ADDRESS "" says what is missing, whether or not the CLI knows identities.
func TestImportWithoutAnID(t *testing.T) {
	core := acctest.NewEmulatorCore(t, acctest.NewEmulator(t))
	for name, imported := range map[string]func() (acctest.State, acctest.Diagnostics){
		"empty id": func() (acctest.State, acctest.Diagnostics) { return core.Import(t.Context(), "") },
		"empty identity": func() (acctest.State, acctest.Diagnostics) {
			return core.ImportIdentity(t.Context(), acctest.Attributes{})
		},
	} {
		_, d := imported()
		if d.Err() == nil || !strings.HasPrefix(d.Err().Error(), "Cannot import\n") {
			t.Errorf("%s: %v", name, d.Err())
		}
	}
}
