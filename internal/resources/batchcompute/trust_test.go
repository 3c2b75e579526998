package batchcompute_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// Every plan that reads a failed attachment warns about it, with Azure's words and how to
// replace it.
func TestFailedAttachmentsAreReported(t *testing.T) {
	for _, state := range []string{"Failed", "canceled"} {
		acctest.Run(t, state, func(t *testing.T) {
			e, core, attached := attached(t, byID())
			e.EditCompute(computeID, func(c *emulator.Compute) {
				c.ProvisioningState = state
				c.ProvisioningErrors = []byte(`[{"error": {"code": "Firewall", "message": "The account cannot be reached."}}]`)
			})
			check := func(d acctest.Diagnostics) {
				t.Helper()
				if d.Err() != nil || len(d.Warnings) != 1 {
					t.Fatalf("got %v, want one warning", d)
				}
				for _, words := range []string{`/mybatchcompute" is in state ` + state, "Firewall: The account cannot be reached.", "-replace"} {
					if !strings.Contains(d.Warnings[0], words) {
						t.Errorf("the warning does not say %q: %s", words, d.Warnings[0])
					}
				}
			}
			for range 2 { // by a GET, and from the list
				_, d := core.Refresh(t.Context(), attached)
				check(d)
			}
			core.NewRun()
			_, d := core.Import(t.Context(), computeID)
			check(d)
		})
	}
}

// Timeouts that are too short for any request are rejected by validation.
func TestInvalidTimeouts(t *testing.T) {
	core := acctest.NewEmulatorCore(t, acctest.NewEmulator(t))
	for name, test := range map[string]struct {
		timeouts acctest.Attributes
		refused  bool
	}{
		"read of milliseconds": {acctest.Attributes{"read": "5ms"}, true},
		"read just too short":  {acctest.Attributes{"read": "9.999s"}, true},
		"read":                 {acctest.Attributes{"read": "10s"}, false},
		"no time to attach":    {acctest.Attributes{"create": "0s"}, true},
		"less than no time":    {acctest.Attributes{"delete": "-1m"}, true},
		"short writes":         {acctest.Attributes{"create": "1s", "delete": "1s"}, false},
		"not known yet":        {acctest.Attributes{"read": acctest.Unknown}, false},
		"not a duration":       {acctest.Attributes{"read": "soon"}, true},
		"without a unit":       {acctest.Attributes{"create": "60"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			d := core.Validate(t.Context(), byID(acctest.Attributes{"timeouts": test.timeouts}))
			if test.refused != (len(d.Errors) == 1) || len(d.Errors) > 1 {
				t.Errorf("got %v, want one error: %t", d.Err(), test.refused)
			}
			d.WantErrorOmits(t, "soon") // it may be a secret
		})
	}
}

// A state with such a timeout can be read, and the error of a read that times out says what to
// do.
func TestStateWithAShortTimeout(t *testing.T) {
	acctest.Run(t, "succeeds", func(t *testing.T) {
		e, core, state := attached(t, byID())
		e.Inject(emulator.Fault{Method: "GET", Delay: time.Second})
		if after, d := core.Refresh(t.Context(), withReadTimeout(t, state, "5ms")); d.Err() != nil || !after.Exists() {
			t.Errorf("the refresh: %v", d.Err())
		}
	})
	acctest.Run(t, "times out", func(t *testing.T) {
		e, core, state := attached(t, byID())
		e.Inject(emulator.Fault{Method: "GET", Delay: time.Hour, Times: -1})
		_, d := core.Refresh(t.Context(), withReadTimeout(t, state, "20s"))
		d.WantError(t, "-refresh=false")
	})
	acctest.Run(t, "detach times out", func(t *testing.T) {
		e := acctest.NewEmulator(t, emulator.WithOperationDuration(0, 3*time.Hour))
		core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
		state, d := core.Apply(t.Context(), acctest.State{}, byID())
		if d.Err() != nil {
			t.Fatal(d.Err())
		}
		core.NewRun()
		began := time.Now()
		_, d = core.Destroy(t.Context(), state)
		d.WantError(t, "takes effect once it has been applied")
		if took := time.Since(began); took < time.Hour || took > time.Hour+time.Minute {
			t.Errorf("it took %s, want the default timeout of an hour", took)
		}
	})
}

func withReadTimeout(t *testing.T, state acctest.State, timeout string) acctest.State {
	t.Helper()
	return withTimeout(t, state, "read", timeout)
}

func withTimeout(t *testing.T, state acctest.State, operation, timeout string) acctest.State {
	t.Helper()
	value, _ := state.Get("timeouts")
	kind, ok := value.Type().(tftypes.Object)
	if !ok {
		t.Fatalf("timeouts are %s", value)
	}
	timeouts := map[string]tftypes.Value{}
	for name := range kind.AttributeTypes {
		timeouts[name] = tftypes.NewValue(tftypes.String, nil)
	}
	timeouts[operation] = tftypes.NewValue(tftypes.String, timeout)
	return edited(t, state, "timeouts", tftypes.NewValue(kind, timeouts))
}

// edited returns a state as if it was edited by hand.
func edited(t *testing.T, state acctest.State, name string, value tftypes.Value) acctest.State {
	t.Helper()
	var attributes map[string]tftypes.Value
	if err := state.Value.As(&attributes); err != nil {
		t.Fatal(err)
	}
	attributes[name] = value
	state.Value = tftypes.NewValue(state.Value.Type(), attributes)
	return state
}

// A state that was edited and is not valid any more is an error, and stays as it is.
func TestEditedState(t *testing.T) {
	for name, edit := range map[string]func(*testing.T, acctest.State) acctest.State{
		"workspace": func(t *testing.T, state acctest.State) acctest.State {
			t.Helper()
			return edited(t, state, "workspace_id", tftypes.NewValue(tftypes.String, "ws0"))
		},
		"read timeout": func(t *testing.T, state acctest.State) acctest.State {
			t.Helper()
			return withTimeout(t, state, "read", "soon")
		},
		"delete timeout": func(t *testing.T, state acctest.State) acctest.State {
			t.Helper()
			return withTimeout(t, state, "delete", "soon")
		},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e, core, state := attached(t, byNames())
			state = edit(t, state)
			if name != "delete timeout" {
				after, d := core.Refresh(t.Context(), state)
				wantKept(t, after)
				d.WantError(t, "")
			}
			if name != "read timeout" {
				after, d := core.Destroy(t.Context(), state)
				wantKept(t, after)
				d.WantError(t, "")
			}
			if requests := e.ARMRequests(); len(requests) > 0 {
				t.Errorf("requests were sent: %v", requests)
			}
		})
	}
}

// The error for an invalid tag has its key.
func TestInvalidTags(t *testing.T) {
	core := acctest.NewEmulatorCore(t, acctest.NewEmulator(t))
	null := map[string]tftypes.Value{"a": tftypes.NewValue(tftypes.String, nil), "b": tftypes.NewValue(tftypes.String, "1")}
	core.Validate(t.Context(), byID(acctest.Attributes{"tags": null})).WantError(t, `tags["a"]`)
	sameName := map[string]string{"Owner": "1", "owner": "2"}
	core.Validate(t.Context(), byID(acctest.Attributes{"tags": sameName})).WantError(t, `"Owner" and "owner"`)
}

// When the provider's address changes, its own resource moves with its whole state.
func TestMoveFromItself(t *testing.T) {
	acctest.Run(t, "another address", func(t *testing.T) {
		e, core, state := attached(t, byNames(acctest.Attributes{"tags": map[string]string{"a": "1"}, "timeouts": acctest.Attributes{"read": "1m"}}))
		attributes := byNames(acctest.Attributes{"tags": map[string]string{"a": "1"}, "timeouts": acctest.Attributes{"read": "1m"}})
		moved, d := core.MoveState(t.Context(), "registry.example.com/fork/azureml", state)
		if d.Err() != nil {
			t.Fatal(d.Err())
		}
		checkIdentity(t, core, moved)
		if plan, d := core.Plan(t.Context(), moved, attributes); d.Err() != nil || plan.Action != "no-op" {
			t.Errorf("the plan is %s, %v", plan.Action, d.Err())
		}
		if plan, d := core.Plan(t.Context(), moved, with(attributes, acctest.Attributes{"tags": map[string]string{"a": "1", "b": "2"}})); d.Err() != nil || plan.Action != "replace" {
			t.Errorf("with other tags, the plan is %s, %v", plan.Action, d.Err())
		}
		if n := writes(e, "PUT") + writes(e, "DELETE"); n > 0 {
			t.Errorf("%d writes", n)
		}
	})
	acctest.Run(t, "the first configuration after an import", func(t *testing.T) {
		_, core, _ := attached(t, byID())
		imported, d := core.Import(t.Context(), computeID)
		d.WantNone(t)
		moved, d := core.MoveState(t.Context(), "registry.example.com/fork/azureml", imported)
		d.WantNone(t)
		if plan, d := core.Plan(t.Context(), moved, byID(acctest.Attributes{"tags": map[string]string{"a": "1"}})); d.Err() != nil || plan.Action != "update" {
			t.Errorf("the plan is %s, %v", plan.Action, d.Err())
		}
	})
	acctest.Run(t, "something else of that name", func(t *testing.T) {
		core := acctest.NewEmulatorCore(t, acctest.NewEmulator(t))
		for raw, says := range map[string]string{
			`{}`:            "something else",
			`{"id": "x"}`:   "something else",
			`{"id": 7}`:     "something else",
			`{"tags": "x"}`: "cannot be read",
		} {
			_, d := core.Move(t.Context(), "registry.example.com/fork/azureml", acctest.BatchCompute, raw)
			d.WantError(t, "Cannot move", says)
			if len(d.Errors) != 1 {
				t.Errorf("there are %d errors, want one: %q", len(d.Errors), d.Errors)
			}
		}
	})
}
