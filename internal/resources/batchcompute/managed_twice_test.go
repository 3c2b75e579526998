package batchcompute_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// When two objects of one state have the same compute, the next plan warns, and says how to
// remove one of them from the state.
func TestManagedTwice(t *testing.T) {
	twice := func(t *testing.T, core *acctest.Core, states ...acctest.State) {
		t.Helper()
		core.NewRun()
		var warnings []string
		for _, state := range states {
			after, d := core.Refresh(t.Context(), state)
			if d.Err() != nil || !after.Exists() {
				t.Errorf("the refresh failed: %v", d.Err())
			}
			warnings = append(warnings, d.Warnings...)
		}
		if len(warnings) != 1 {
			t.Fatalf("there are %d warnings: %q", len(warnings), warnings)
		}
		for _, words := range []string{`Two resources manage compute "mybatchcompute"`, computeID, "destroy = false", "terraform state rm", "import {"} {
			if !strings.Contains(warnings[0], words) {
				t.Errorf("the warning does not say %q: %s", words, warnings[0])
			}
		}
	}
	adopts := byNames(acctest.Attributes{"adopt_existing": true})
	adopt := func(t *testing.T, core *acctest.Core) acctest.State {
		t.Helper()
		core.NewRun()
		state, d := core.Apply(t.Context(), acctest.State{}, adopts)
		if d.Err() != nil {
			t.Fatal(d.Err())
		}
		return state
	}
	acctest.Run(t, "adopted in another run", func(t *testing.T) {
		_, core, state := attached(t, byNames())
		twice(t, core, state, adopt(t, core))
	})
	acctest.Run(t, "imported", func(t *testing.T) {
		_, core, state := attached(t, byNames())
		imported, d := core.Import(t.Context(), strings.ToUpper(computeID))
		if d.Err() != nil {
			t.Fatal(d.Err())
		}
		twice(t, core, imported, state)
	})
	acctest.Run(t, "moved", func(t *testing.T) {
		_, core, state := attached(t, byNames())
		moved, d := core.Move(t.Context(), azapi, "azapi_resource", azapiState("null"))
		if d.Err() != nil {
			t.Fatal(d.Err())
		}
		twice(t, core, state, moved)
	})
	acctest.Run(t, "by objects of an earlier version", func(t *testing.T) {
		_, core, state := attached(t, byNames())
		earlier := state
		earlier.Private = nil
		twice(t, core, earlier, earlier)
		// or of a later one, which has another memory
		later, err := json.Marshal(map[string][]byte{"memory": []byte(`{"mark": 7}`)})
		if err != nil {
			t.Fatal(err)
		}
		earlier.Private = later
		twice(t, core, earlier, earlier)
	})
	acctest.Run(t, "not if one object is read twice", func(t *testing.T) {
		_, core, state := attached(t, byNames())
		for range 3 {
			after, d := core.Refresh(t.Context(), state)
			d.WantNone(t)
			state = after
		}
	})
	acctest.Run(t, "not if the compute is gone", func(t *testing.T) {
		e, core, state := attached(t, byNames())
		second := adopt(t, core)
		e.RemoveCompute(computeID)
		core.NewRun()
		for _, state := range []acctest.State{state, second} {
			if after, d := core.Refresh(t.Context(), state); d.Err() != nil || len(d.Warnings) > 0 || after.Exists() {
				t.Errorf("in the state: %t, %v", after.Exists(), d)
			}
		}
	})
}

// The error for a taken name says how to resolve the conflict, with a moved block first.
func TestErrorForATakenNameSuggestsMoved(t *testing.T) {
	e := acctest.NewEmulator(t)
	putBatch(e, "mybatchcompute", emulator.DefaultBatchAccountID)
	core := acctest.NewEmulatorCore(t, e)
	_, d := core.Apply(t.Context(), acctest.State{}, byNames())
	if d.Err() == nil {
		t.Fatal("the apply succeeded")
	}
	last := 0
	for _, words := range []string{"moved {", "import {", "adopt_existing = true"} {
		at := strings.Index(d.Err().Error(), words)
		if at < last {
			t.Errorf("the error does not say %q, or says it too early: %v", words, d.Err())
		}
		last = at
	}
}
