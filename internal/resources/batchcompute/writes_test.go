package batchcompute_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

func writes(e *emulator.Emulator, method string) (n int) {
	for _, request := range e.ARMRequests() {
		if request.Method == method {
			n++
		}
	}
	return n
}

// The reply to a PUT is lost, and for a minute reads do not show the compute. When it appears,
// it is this resource's.
func TestAttachWithALostReplyAndASlowRegion(t *testing.T) {
	acctest.Run(t, "succeeds in the end", func(t *testing.T) {
		e := acctest.NewEmulator(t, emulator.WithReplicationLag(time.Minute), emulator.WithOperationDuration(3*time.Minute, 0))
		e.Inject(emulator.Fault{Method: "PUT", LoseReply: true})
		core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
		state, d := core.Apply(t.Context(), acctest.State{}, byNames())
		if d.Err() != nil || state.Text("provisioning_state") != "Succeeded" {
			t.Errorf("the compute is in state %q, the error is %v", state.Text("provisioning_state"), d.Err())
		}
	})
	acctest.Run(t, "interrupted in between", func(t *testing.T) {
		e := acctest.NewEmulator(t, emulator.WithReplicationLag(time.Minute))
		e.Inject(emulator.Fault{Method: "PUT", Delay: time.Hour})
		core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		state, d := core.Apply(ctx, acctest.State{}, byNames())
		if !state.Exists() || !state.Tainted || d.Err() == nil {
			t.Fatalf("what Azure accepted is not in the state: %v, %v", state.Value, d.Err())
		}
		for _, words := range []string{"Azure may have accepted it", "marked as tainted"} {
			if !strings.Contains(d.Err().Error(), words) {
				t.Errorf("the error does not say %q: %v", words, d.Err())
			}
		}
		time.Sleep(2 * time.Minute)
		core.NewRun()
		if state, d := core.Apply(t.Context(), state, byNames()); d.Err() != nil || state.Tainted {
			t.Errorf("the next apply: %v, %v", state.Value, d.Err())
		}
	})
	acctest.Run(t, "interrupted before it is sent", func(t *testing.T) {
		e := acctest.NewEmulator(t)
		e.Inject(emulator.Fault{Path: "/workspaces/[^/]+$", Delay: time.Hour})
		core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		state, d := core.Apply(ctx, acctest.State{}, byNames())
		wantGone(t, state)
		d.WantError(t, "This run attached nothing")
		d.WantErrorOmits(t, "may have accepted")
	})
}

// A permanent 409 is not retried.
func TestAttachFailsPermanently(t *testing.T) {
	for code, says := range map[string]string{
		"ScopeLocked":                     "management lock",
		"ReadOnlyDisabledSubscription":    "The subscription is disabled",
		"MissingSubscriptionRegistration": "az provider register",
	} {
		acctest.Run(t, code, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			e.Inject(emulator.Fault{Method: "PUT", Status: http.StatusConflict, Body: `{"error": {"code": "` + code + `", "message": "No."}}`, Times: -1})
			core := acctest.NewEmulatorCore(t, e)
			state, d := core.Apply(t.Context(), acctest.State{}, byNames())
			wantGone(t, state)
			d.WantError(t, says)
			if n := writes(e, "PUT"); n != 1 {
				t.Errorf("%d PUTs", n)
			}
		})
	}
}

// If the timeout passes after an attach has failed, the error still says why it failed.
func TestTimeoutSaysWhyTheAttachFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := acctest.NewEmulator(t, emulator.WithOperationDuration(2*time.Second, 0))
		e.FailNext(emulator.Attach, emulator.Failure{Error: map[string]any{"code": "Broken", "message": "It broke."}})
		e.Inject(emulator.Fault{Method: "GET", Path: "/computes/[^/]+$", Nth: 2, Delay: time.Hour})
		core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
		_, d := core.Apply(t.Context(), acctest.State{}, byNames(acctest.Attributes{"timeouts": acctest.Attributes{"create": "1m"}}))
		d.WantError(t, "It broke.")
		d.WantErrorOmits(t, "Timed out")
	})
}

// A detach reports success, but the compute still exists.
func TestDetachThatLeavesTheCompute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := acctest.NewEmulator(t)
		core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
		state, d := core.Apply(t.Context(), acctest.State{}, byNames())
		if d.Err() != nil {
			t.Fatal(d.Err())
		}
		core.NewRun()
		e.Inject(emulator.Fault{Method: "DELETE", Status: http.StatusAccepted})
		state, d = core.Destroy(t.Context(), state)
		wantKept(t, state)
		d.WantError(t, "Azure accepted the detach, but the compute is still there, in state Succeeded.")
	})
}

// Between the last refresh and the destroy, another account was attached by this name.
func TestDestroyOfAnotherAttachment(t *testing.T) {
	e, core, state := attached(t, byNames())
	other := strings.Replace(emulator.DefaultBatchAccountID, "batch0", "batch1", 1)
	putBatch(e, "mybatchcompute", other)
	state, d := core.Destroy(t.Context(), state)
	wantKept(t, state)
	d.WantError(t, other)
	if n := writes(e, "DELETE"); n != 0 {
		t.Errorf("%d DELETEs", n)
	}
}

// An adoption waits for an attach in progress, and an attach for a detach in progress. If it
// is interrupted, it has attached nothing.
func TestWaitBeforeAnAttachIsInterrupted(t *testing.T) {
	for name, inProgress := range map[string]string{"adoption": "Creating", "attach": "Deleting"} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{
				Name: "mybatchcompute", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID, ProvisioningState: inProgress,
			})
			core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			state, d := core.Apply(ctx, acctest.State{}, byNames(acctest.Attributes{"adopt_existing": true}))
			wantGone(t, state)
			d.WantError(t, "This run attached nothing.")
			if n := writes(e, "PUT"); n > 0 {
				t.Errorf("%d PUTs", n)
			}
		})
	}
}

// An operation waits for another one of its run on the same name, and its timeout includes that.
// What one resource has attached, no other one of the run attaches or detaches.
func TestWaitForAnotherOperationOfTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := acctest.NewEmulator(t, emulator.WithOperationDuration(10*time.Minute, 10*time.Minute))
		core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
		short := byNames(acctest.Attributes{"timeouts": acctest.Attributes{"create": "1m", "delete": "1m"}})
		var state acctest.State
		var first sync.WaitGroup
		first.Go(func() {
			var d acctest.Diagnostics
			state, d = core.Apply(t.Context(), acctest.State{}, short)
			d.WantError(t, "timeouts {")
			d.WantErrorOmits(t, "takes effect once it has been applied") // true of a detach only
		})
		time.Sleep(time.Second)
		second, d := core.Apply(t.Context(), acctest.State{}, byNames(acctest.Attributes{"timeouts": acctest.Attributes{"create": "30s"}}))
		wantGone(t, second)
		d.WantError(t, "waiting for another operation of this run", "This run attached nothing.")
		first.Wait()
		_, d = core.Apply(t.Context(), acctest.State{}, byNames())
		d.WantError(t, "A compute belongs to one resource", "moved {")
		left, d := core.Destroy(t.Context(), state)
		wantGone(t, left)
		if d.Err() != nil || len(d.Warnings) != 1 || !strings.Contains(d.Warnings[0], `Compute "mybatchcompute" was not detached`) {
			t.Errorf("got %v, want a warning that it was not detached", d)
		}

		core.NewRun()
		time.Sleep(10 * time.Minute)
		state = withTimeout(t, state, "delete", "2m")
		var destroyed sync.WaitGroup
		destroyed.Go(func() { _, _ = core.Destroy(t.Context(), state) })
		time.Sleep(time.Second)
		kept, d := core.Destroy(t.Context(), withTimeout(t, state, "delete", "30s"))
		wantKept(t, kept)
		d.WantError(t, "Cannot detach", "waiting for another operation of this run")
		destroyed.Wait()
	})
}

// What changes during such a wait is noticed after it.
func TestWaitBeforeAnAttachFails(t *testing.T) {
	acctest.Run(t, "the account changes", func(t *testing.T) {
		e := acctest.NewEmulator(t)
		e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{
			Name: "mybatchcompute", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID, ProvisioningState: "Creating",
		})
		time.AfterFunc(30*time.Second, func() {
			e.EditCompute(computeID, func(c *emulator.Compute) { c.ResourceID, c.ProvisioningState = account(1), "Succeeded" })
		})
		core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
		state, d := core.Apply(t.Context(), acctest.State{}, byNames(acctest.Attributes{"adopt_existing": true}))
		wantGone(t, state)
		d.WantError(t, account(1))
	})
	acctest.Run(t, "the detach cannot be read any more", func(t *testing.T) {
		e := acctest.NewEmulator(t)
		e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{
			Name: "mybatchcompute", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID, ProvisioningState: "Deleting",
		})
		e.Inject(emulator.Fault{Method: http.MethodGet, Path: "/computes/", Nth: 2, Times: -1, Status: 403, Body: `{"error": {"code": "AuthorizationFailed", "message": "No."}}`})
		core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
		state, d := core.Apply(t.Context(), acctest.State{}, byNames())
		wantGone(t, state)
		d.WantError(t, "AuthorizationFailed")
		if n := writes(e, "PUT"); n > 0 {
			t.Errorf("%d PUTs", n)
		}
	})
}

// What has the name once a detach has ended decides, as it does without a wait.
func TestNameIsTakenWhileWaiting(t *testing.T) {
	for name, test := range map[string]struct {
		taker emulator.Compute
		says  string
	}{
		"by another type":      {emulator.Compute{ComputeType: "AmlCompute"}, "of type AmlCompute"},
		"by another account":   {emulator.Compute{ResourceID: account(1)}, account(1)},
		"by the same, adopted": {emulator.Compute{ResourceID: emulator.DefaultBatchAccountID}, ""},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "mybatchcompute", ResourceID: emulator.DefaultBatchAccountID, ProvisioningState: "Deleting"})
			time.AfterFunc(30*time.Second, func() {
				test.taker.Name = "mybatchcompute"
				e.PutCompute(emulator.DefaultWorkspaceID, test.taker)
			})
			core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
			state, d := core.Apply(t.Context(), acctest.State{}, byNames(acctest.Attributes{"adopt_existing": true}))
			if test.says == "" {
				wantKept(t, state)
				d.WantNone(t)
			} else {
				wantGone(t, state)
				d.WantError(t, test.says)
			}
			if n := writes(e, "PUT"); n > 0 {
				t.Errorf("%d PUTs", n)
			}
		})
	}
}

// After a destroy that is interrupted, a plan replaces the compute, and the next destroy
// waits for the same detach.
func TestDetachIsInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := acctest.NewEmulator(t, emulator.WithOperationDuration(0, 10*time.Minute))
		core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
		state, d := core.Apply(t.Context(), acctest.State{}, byNames())
		d.WantNone(t)
		for range 2 {
			core.NewRun()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			state, d = core.Destroy(ctx, state)
			wantKept(t, state)
			d.WantError(t, `Cannot detach compute "mybatchcompute"`)
		}
		core.NewRun()
		state, d = core.Refresh(t.Context(), state)
		d.WantNone(t)
		if plan, d := core.Plan(t.Context(), state, byNames()); d.Err() != nil || plan.Action != "replace" {
			t.Errorf("the plan is %s, %v", plan.Action, d.Err())
		}
		state, d = core.Destroy(t.Context(), state)
		wantGone(t, state)
		d.WantNone(t)
		if n := writes(e, "DELETE"); n != 1 {
			t.Errorf("%d DELETEs", n)
		}
	})
}

// Between the last refresh and the destroy, the same account was attached by this name
// again. A missing time, or one with fewer digits, counts as the same.
func TestDestroyComparesCreatedOn(t *testing.T) {
	for name, test := range map[string]struct {
		edit    func(*emulator.Compute)
		refuses bool
	}{
		"the same":      {func(*emulator.Compute) {}, false},
		"another":       {func(c *emulator.Compute) { c.CreatedOn = c.CreatedOn.Add(3 * time.Second) }, true},
		"a digit off":   {func(c *emulator.Compute) { c.CreatedOn = c.CreatedOn.Add(100 * time.Nanosecond) }, true},
		"whole seconds": {func(c *emulator.Compute) { c.CreatedOn = c.CreatedOn.Truncate(time.Second) }, false},
		"rounded":       {func(c *emulator.Compute) { c.CreatedOn = c.CreatedOn.Round(time.Millisecond) }, false},
		"not given": {func(c *emulator.Compute) {
			c.Mutate = func(d map[string]any) { delete(d["properties"].(map[string]any), "createdOn") }
		}, false},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			time.Sleep(1234567800 * time.Nanosecond) // to a time with seven digits
			e, core, state := attached(t, byNames())
			e.EditCompute(computeID, test.edit)
			state, d := core.Destroy(t.Context(), state)
			if test.refuses != (d.Err() != nil) || test.refuses != state.Exists() {
				t.Errorf("in the state: %t, the error: %v", state.Exists(), d.Err())
			}
			if test.refuses && !strings.Contains(d.Err().Error(), "Refresh, and check the plan again") {
				t.Errorf("the error does not say what to do: %v", d.Err())
			}
			if _, exists := e.Compute(computeID); exists != test.refuses {
				t.Errorf("attached: %t", exists)
			}
		})
	}
	acctest.Run(t, "the service did not give it when it was read", func(t *testing.T) {
		e := acctest.NewEmulator(t)
		e.Inject(emulator.Fault{Method: "GET", Path: "/computes/", Times: -1, Remove: []string{"properties.createdOn"}})
		core := acctest.NewEmulatorCore(t, e)
		state, d := core.Apply(t.Context(), acctest.State{}, byNames())
		if d.Err() != nil {
			t.Fatal(d.Err())
		}
		core.NewRun()
		e.ClearFaults()
		if state, d := core.Destroy(t.Context(), state); d.Err() != nil || state.Exists() {
			t.Errorf("the destroy: %v", d.Err())
		}
	})
}

// A PUT is dropped, and half a second later a compute of that name is attached outside
// Terraform. It must not be in the state.
func TestAttachIsOvertaken(t *testing.T) {
	for name, computeType := range map[string]string{"another account": "Batch", "another type": "AmlCompute"} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			e.AddBatchAccount(account(1), "westeurope")
			e.Inject(emulator.Fault{Method: "PUT", Drop: true})
			time.AfterFunc(500*time.Millisecond, func() {
				c := emulator.Compute{Name: "mybatchcompute", ComputeType: computeType}
				if computeType == "Batch" {
					c.ResourceID = account(1)
				}
				e.PutCompute(emulator.DefaultWorkspaceID, c)
			})
			core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
			state, d := core.Apply(t.Context(), acctest.State{}, byNames())
			wantGone(t, state)
			d.WantError(t, "There is a")
			if n := writes(e, "PUT"); n != 1 {
				t.Errorf("%d PUTs", n)
			}
		})
	}
}

// The reply to a PUT is lost, and a region does not have the compute yet. One 404 proves
// nothing, so the provider reads again, and does not repeat the PUT.
func TestAttachReadsAgainAfterALostReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := acctest.NewEmulator(t, emulator.WithReplicationLag(3*time.Second))
		e.Inject(emulator.Fault{Method: "PUT", LoseReply: true})
		core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
		if state, d := core.Apply(t.Context(), acctest.State{}, byNames()); d.Err() != nil || state.Tainted {
			t.Errorf("tainted: %t, the error: %v", state.Tainted, d.Err())
		}
		if n := writes(e, "PUT"); n != 1 {
			t.Errorf("%d PUTs", n)
		}
	})
}
