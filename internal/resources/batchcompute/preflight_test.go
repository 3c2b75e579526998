package batchcompute_test

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

func TestPreflight(t *testing.T) {
	existing := func(c emulator.Compute) func(*emulator.Emulator) {
		return func(e *emulator.Emulator) { e.PutCompute(emulator.DefaultWorkspaceID, c) }
	}
	same := emulator.Compute{Name: "mybatchcompute", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID}
	described, description := same, "one"
	described.Description = &description
	tagged := same
	tagged.Tags = map[string]string{"a": "1"}
	fault := func(f emulator.Fault) func(*emulator.Emulator) {
		f.Times, f.Path = -1, "^/subscriptions/"
		return func(e *emulator.Emulator) { e.Inject(f) }
	}
	for name, test := range map[string]struct {
		prepare    func(*emulator.Emulator)
		attributes acctest.Attributes
		says       []string // empty for no warning
		requests   int
	}{
		"no problem": {nil, byNames(), nil, 2},
		"no workspace": {
			nil, byNames(acctest.Attributes{"workspace_id": strings.Replace(emulator.DefaultWorkspaceID, "ws0", "ws9", 1)}),
			[]string{`The workspace "ws9" was not found`},
			2,
		},
		"no Batch account": {nil, byNames(acctest.Attributes{"batch_account_name": "batch9"}), []string{`batch_account_name`, `The Batch account "batch9" was not found`}, 2},
		"no Batch account, by id": {
			nil, byID(acctest.Attributes{"batch_account_id": account(9)}), []string{"batch_account_id", `The Batch account "batch9" was not found`}, 2,
		},
		"name taken":    {existing(same), byNames(), []string{`The name "mybatchcompute" is taken`, "adopt_existing = true", "import {"}, 2},
		"name to adopt": {existing(same), byNames(acctest.Attributes{"adopt_existing": true}), nil, 2},
		"name taken by another type": {
			existing(emulator.Compute{Name: "mybatchcompute", ComputeType: "AmlCompute"}), byNames(acctest.Attributes{"adopt_existing": true}),
			[]string{`The name "mybatchcompute" is taken`, "AmlCompute"},
			2,
		},
		"name taken by another account": {
			existing(emulator.Compute{Name: "mybatchcompute", ComputeType: "Batch", ResourceID: strings.Replace(emulator.DefaultBatchAccountID, "batch0", "batch1", 1)}),
			byNames(acctest.Attributes{"adopt_existing": true}),
			[]string{`The name "mybatchcompute" is taken`, "batch1"},
			2,
		},
		"name to adopt, of another description": {
			existing(described), byNames(acctest.Attributes{"adopt_existing": true, "description": "another"}),
			[]string{`The name "mybatchcompute" is taken`, "- description"},
			2,
		},
		"name to adopt, with a tag not known yet": {
			existing(tagged), byNames(acctest.Attributes{"adopt_existing": true, "tags": map[string]tftypes.Value{"a": tftypes.NewValue(tftypes.String, acctest.Unknown)}}),
			nil,
			2,
		},
		"name to adopt, of another tag": {
			existing(tagged), byNames(acctest.Attributes{"adopt_existing": true, "tags": map[string]string{"a": "2"}}),
			[]string{`The name "mybatchcompute" is taken`, `- tags["a"]`},
			2,
		},
		"name to adopt, without the description": {
			existing(same), byNames(acctest.Attributes{"adopt_existing": true, "description": "another"}),
			[]string{"do not reach Azure", "- description"},
			2,
		},
		"name to adopt, of a failed compute": {
			existing(emulator.Compute{Name: "mybatchcompute", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID, ProvisioningState: "Failed"}),
			byNames(acctest.Attributes{"adopt_existing": true}),
			[]string{`The name "mybatchcompute" is taken`, "Its attach failed"},
			2,
		},
		"name to adopt, without an account": {
			existing(emulator.Compute{Name: "mybatchcompute", ComputeType: "Batch"}),
			byNames(acctest.Attributes{"adopt_existing": true}),
			[]string{`The name "mybatchcompute" is taken`, "Azure does not return its Batch account"},
			2,
		},
		"name of a compute that is being detached": {
			existing(emulator.Compute{Name: "mybatchcompute", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID, ProvisioningState: "Deleting"}),
			byNames(acctest.Attributes{"description": "another"}), nil, 2,
		},
		"account unknown, name to adopt": {existing(same), byID(acctest.Attributes{"batch_account_id": acctest.Unknown, "adopt_existing": true}), nil, 1},
		"account unknown, name taken":    {existing(same), byID(acctest.Attributes{"batch_account_id": acctest.Unknown}), []string{`The name "mybatchcompute" is taken`, "moved {"}, 1},
		"adopt_existing unknown":         {existing(same), byNames(acctest.Attributes{"adopt_existing": acctest.Unknown, "description": "another"}), nil, 2},
		"no permission":                  {fault(emulator.Fault{Status: 403, Body: `{"error": {"code": "AuthorizationFailed", "message": "No."}}`}), byNames(), nil, 2},
		"Azure has an error":             {fault(emulator.Fault{Status: 500}), byNames(), nil, 2},
		"a proxy's 404":                  {fault(emulator.Fault{Status: 404, Body: "<html>"}), byNames(), nil, 2},
		"no reply":                       {fault(emulator.Fault{Drop: true}), byNames(), nil, 2},
		"a slow reply":                   {fault(emulator.Fault{Delay: time.Hour}), byNames(), nil, 2},
		"name unknown":                   {existing(same), byNames(acctest.Attributes{"name": acctest.Unknown}), nil, 1},
		"account unknown":                {nil, byID(acctest.Attributes{"batch_account_id": acctest.Unknown}), nil, 1},
		"workspace unknown":              {nil, byID(acctest.Attributes{"workspace_id": acctest.Unknown}), nil, 0},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t, emulator.WithTagsKept(true))
			if test.prepare != nil {
				test.prepare(e)
			}
			core := acctest.NewPreflightCore(t, e)
			start := time.Now()
			plan, d := core.Plan(t.Context(), acctest.State{}, test.attributes)
			if d.Err() != nil || plan.Action != "create" {
				t.Fatalf("the plan is %s, %v", plan.Action, d.Err())
			}
			if took := time.Since(start); took > 10*time.Second || name == "a slow reply" && took < 10*time.Second {
				t.Errorf("the plan took %s", took)
			}
			warnings := strings.Join(d.Warnings, "\n")
			if len(test.says) == 0 && warnings != "" {
				t.Errorf("the plan warns: %s", warnings)
			}
			for _, words := range test.says {
				if !strings.Contains(warnings, words) {
					t.Errorf("the warning does not say %q: %q", words, warnings)
				}
			}
			if got := len(e.ARMRequests()); got != test.requests {
				t.Errorf("it took %d requests, want %d", got, test.requests)
			}
			if _, d := core.Plan(t.Context(), acctest.State{}, test.attributes); len(d.Warnings) > 0 {
				t.Errorf("the second plan warns again: %v", d.Warnings)
			}
		})
	}
}

// A plan without an attach checks nothing, and a compute that is replaced already owns its
// name.
func TestPreflightOnlyBeforeAnAttach(t *testing.T) {
	e := acctest.NewEmulator(t)
	core := acctest.NewPreflightCore(t, e)
	state, d := core.Apply(t.Context(), acctest.State{}, byNames())
	d.WantNone(t)
	e.ResetLog()
	// Core plans other resources again during an apply of several.
	another := byNames(acctest.Attributes{"name": "another", "batch_account_name": "batch9"})
	_, d = core.Plan(t.Context(), acctest.State{}, another)
	d.WantNone(t)
	for _, attributes := range []acctest.Attributes{byNames(), byNames(acctest.Attributes{"adopt_existing": true})} {
		_, d := core.Plan(t.Context(), state, attributes)
		d.WantNone(t)
	}
	if requests := e.ARMRequests(); len(requests) > 0 {
		t.Errorf("requests were sent: %v", requests)
	}
	// another process that has not read the compute, as with -refresh=false
	core = acctest.NewPreflightCore(t, e)
	plan, d := core.Plan(t.Context(), state, byNames(acctest.Attributes{"description": "another"}))
	if d.Err() != nil || plan.Action != "replace" || len(d.Warnings) > 0 {
		t.Errorf("the plan is %s, want replace; errors %q, warnings %q", plan.Action, d.Errors, d.Warnings)
	}
	if sent := e.ARMRequests(); len(sent) != 1 || sent[0].Path != emulator.DefaultBatchAccountID {
		t.Errorf("the requests are %v, want only the one for the account", sent)
	}
}

// The plan of a tainted compute looks like the plan of a new one. If the compute is read in the
// meantime, the name is its own.
func TestPreflightDuringARefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, _, state := attached(t, byNames())
		e.Inject(emulator.Fault{Path: "/computes/", Delay: 5 * time.Second})
		core := acctest.NewPreflightCore(t, e)
		var planned sync.WaitGroup
		planned.Go(func() {
			_, d := core.Plan(t.Context(), acctest.State{}, byNames())
			d.WantNone(t)
		})
		time.Sleep(time.Second)
		_, d := core.Refresh(t.Context(), state)
		d.WantNone(t)
		planned.Wait()
	})
}

// A compute that moves to another workspace does not own its name there.
func TestPreflightChecksTheNewWorkspace(t *testing.T) {
	e, _, state := attached(t, byNames())
	another := strings.Replace(emulator.DefaultWorkspaceID, "ws0", "ws1", 1)
	e.AddWorkspace(another, "westeurope")
	e.PutCompute(another, emulator.Compute{Name: "mybatchcompute", ComputeType: "AmlCompute"})
	core := acctest.NewPreflightCore(t, e)
	plan, d := core.Plan(t.Context(), state, byNames(acctest.Attributes{"workspace_id": another}))
	if d.Err() != nil || plan.Action != "replace" || !strings.Contains(strings.Join(d.Warnings, "\n"), "AmlCompute") {
		t.Errorf("the plan is %s, want replace; errors %q, warnings %q", plan.Action, d.Errors, d.Warnings)
	}
}

// Once Azure does not reply, the other computes of the plan do not wait for it.
func TestPreflightGivesUp(t *testing.T) {
	acctest.Run(t, "after no reply", func(t *testing.T) {
		e := acctest.NewEmulator(t)
		e.Inject(emulator.Fault{Path: "^/subscriptions/", Delay: time.Hour, Times: -1})
		core := acctest.NewPreflightCore(t, e)
		for _, name := range []string{"one", "two", "three"} {
			if _, d := core.Plan(t.Context(), acctest.State{}, byNames(acctest.Attributes{"name": name})); d.Err() != nil {
				t.Error(d.Err())
			}
		}
		if got := len(e.ARMRequests()); got != 2 {
			t.Errorf("it took %d requests", got)
		}
	})
}

// Preflight leaves enough of Resource Manager's read budget for the apply.
func TestPreflightLeavesReads(t *testing.T) {
	acctest.Run(t, "a hundred of them", func(t *testing.T) {
		e := acctest.NewEmulator(t, emulator.WithThrottling())
		core := acctest.NewPreflightCore(t, e)
		for i := range 200 {
			_, d := core.Plan(t.Context(), acctest.State{}, byNames(acctest.Attributes{"name": manyName(i)}))
			d.WantNone(t)
		}
		// 250 may be sent at once, and two are sent together.
		if got := len(e.ARMRequests()); got < 150 || got > 152 {
			t.Errorf("it took %d requests", got)
		}
	})
	acctest.Run(t, "when there are none", func(t *testing.T) {
		e := acctest.NewEmulator(t)
		e.Inject(emulator.Fault{Path: "^/subscriptions/", Status: 429, Header: map[string]string{"Retry-After": "5"}, Times: -1})
		core := acctest.NewPreflightCore(t, e)
		for i := range 3 {
			_, d := core.Plan(t.Context(), acctest.State{}, byNames(acctest.Attributes{"name": manyName(i)}))
			d.WantNone(t)
		}
		if got := len(e.ARMRequests()); got != 2 {
			t.Errorf("it took %d requests", got)
		}
	})
}

func TestPreflightCanBeSwitchedOff(t *testing.T) {
	e := acctest.NewEmulator(t)
	core := acctest.NewEmulatorCore(t, e) // the block says preflight = false
	_, d := core.Plan(t.Context(), acctest.State{}, byNames(acctest.Attributes{"batch_account_name": "batch9"}))
	d.WantNone(t)
	if requests := e.ARMRequests(); len(requests) > 0 {
		t.Errorf("requests were sent: %v", requests)
	}
}
