package batchcompute_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// editComputes changes each compute in the service's replies, single or in a list.
func editComputes(edit func(compute, properties map[string]any)) func(map[string]any) {
	one := func(value any) {
		compute, _ := value.(map[string]any)
		if properties, ok := compute["properties"].(map[string]any); ok && properties["computeType"] != nil {
			edit(compute, properties)
		}
	}
	return func(document map[string]any) {
		one(document)
		values, _ := document["value"].([]any)
		for _, value := range values {
			one(value)
		}
	}
}

func shows(edit func(compute, properties map[string]any)) emulator.Fault {
	return emulator.Fault{Method: http.MethodGet, Path: "/computes", Times: -1, EditBody: editComputes(edit)}
}

// When the reply after an attach differs from the plan, the state keeps the plan, and the
// next refresh shows what the service has.
func TestReplyDiffersFromThePlan(t *testing.T) {
	planned := func() acctest.Attributes {
		return byID(acctest.Attributes{"description": " d ", "tags": map[string]string{"env": "dev"}, "location": "westeurope"})
	}
	for name, test := range map[string]struct {
		edit func(compute, properties map[string]any)
		// next is the plan after a refresh.
		next string
	}{
		"a tag of another value": {func(c, _ map[string]any) { c["tags"] = map[string]any{"env": "prod"} }, "replace"},
		"tags of others":         {func(c, _ map[string]any) { c["tags"] = map[string]any{"policy": "x"} }, "no-op"},
		"a trimmed description":  {func(_, p map[string]any) { p["description"] = "d" }, "replace"},
		"no description":         {func(_, p map[string]any) { p["description"] = nil }, "no-op"},
		"location is null":       {func(c, _ map[string]any) { c["location"] = nil }, "no-op"},
		"no location":            {func(c, _ map[string]any) { delete(c, "location") }, "no-op"},
		"another location":       {func(c, _ map[string]any) { c["location"] = "eastus" }, "replace"},
		"another name":           {func(c, _ map[string]any) { c["name"] = "x" }, "no-op"},
		"another id":             {func(c, _ map[string]any) { c["id"] = "/x" }, "no-op"},
		"no Batch account":       {func(_, p map[string]any) { p["resourceId"] = nil }, "no-op"},
		"account as an object":   {func(_, p map[string]any) { p["resourceId"] = map[string]any{} }, "no-op"},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			e.Inject(shows(test.edit))
			core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
			state, d := core.Apply(t.Context(), acctest.State{}, planned())
			if d.Err() != nil || state.Tainted {
				t.Fatal(d.Err())
			}
			if plan, d := core.Plan(t.Context(), state, planned()); d.Err() != nil || plan.Action != "no-op" {
				t.Errorf("the plan right after the apply is %s, %v", plan.Action, d.Err())
			}
			core.NewRun()
			state, d = core.Refresh(t.Context(), state)
			if d.Err() != nil || state.Text("batch_account_id") != emulator.DefaultBatchAccountID {
				t.Fatalf("after the refresh the account is %q, %v", state.Text("batch_account_id"), d.Err())
			}
			if plan, d := core.Plan(t.Context(), state, planned()); d.Err() != nil || plan.Action != test.next {
				t.Errorf("the plan after a refresh is %s, want %s; %v", plan.Action, test.next, d.Err())
			}
			core.NewRun()
			if state, d := core.Destroy(t.Context(), state); d.Err() != nil || state.Exists() {
				t.Errorf("the destroy: %v", d.Err())
			}
		})
	}
}

// After a replacement, a region may show the previous account for a while. It is an error only
// if that does not change.
func TestAttachEndsWithAnotherAccount(t *testing.T) {
	for name, test := range map[string]struct {
		reads int
		says  string
	}{"for a while": {5, ""}, "permanently": {-1, "has another Batch account"}} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			e.Inject(emulator.Fault{Method: http.MethodGet, Path: "/computes/", Nth: 2, Times: test.reads, EditBody: editComputes(func(_, p map[string]any) {
				p["resourceId"] = account(1)
			})})
			core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
			state, d := core.Apply(t.Context(), acctest.State{}, byID())
			if test.says == "" {
				if d.Err() != nil {
					t.Error(d.Err())
				}
				return
			}
			if d.Err() == nil || !state.Tainted {
				t.Fatalf("tainted: %t, the error: %v", state.Tainted, d.Err())
			}
			for _, words := range []string{test.says, account(1), emulator.DefaultBatchAccountID, "tainted"} {
				if !strings.Contains(d.Err().Error(), words) {
					t.Errorf("the error does not say %q: %v", words, d.Err())
				}
			}
			if strings.Contains(d.Err().Error(), "Provider produced") {
				t.Errorf("core reports a bug in the provider: %v", d.Err())
			}
		})
	}
}

// An attach accepts known states in any letter case, and unknown states.
func TestUnusualStates(t *testing.T) {
	timed := byID(acctest.Attributes{"timeouts": acctest.Attributes{"create": "30m", "delete": "30m"}})
	for name, test := range map[string]struct {
		status, state string // of the attach; empty leaves the service's
		fails         bool
		within        time.Duration
	}{
		"as it is":                      {"", "", false, 10 * time.Second},
		"small letters":                 {"succeeded", "succeeded", false, 10 * time.Second},
		"capitals":                      {"SUCCEEDED", "SUCCEEDED", false, 10 * time.Second},
		"failed in small letters":       {"failed", "failed", true, 10 * time.Second},
		"the compute alone failed":      {"", "failed", true, 10 * time.Second},
		"canceled":                      {"", "CANCELED", true, 10 * time.Second},
		"an unknown state":              {"", "Attached", false, 150 * time.Second},
		"unknown":                       {"", "Unknown", false, 150 * time.Second},
		"an unknown status":             {"Completed", "", false, 30 * time.Second},
		"both unknown":                  {"Completed", "Attached", false, 6 * time.Minute},
		"an unknown status, in between": {"Validating", "Creating", true, 31 * time.Minute}, // until the timeout
		"a status that is null":         {"null", "", false, 30 * time.Second},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			if test.status != "" {
				e.Inject(emulator.Fault{Path: "/computeOperationsStatus/", Times: -1, EditBody: func(d map[string]any) {
					d["status"] = test.status
					if test.status == "null" {
						d["status"] = nil
					}
				}})
			}
			if test.state != "" {
				e.Inject(shows(func(_, p map[string]any) { p["provisioningState"] = test.state }))
			}
			core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
			began := time.Now()
			state, d := core.Apply(t.Context(), acctest.State{}, timed)
			if took := time.Since(began); took > test.within {
				t.Errorf("the attach took %s, want at most %s", took, test.within)
			}
			if test.fails != (d.Err() != nil) || test.fails != state.Tainted {
				t.Fatalf("the error is %v, want one: %t", d.Err(), test.fails)
			}
			if test.fails && test.state == "Creating" {
				for _, words := range []string{`last status was "Validating"`, `last state was "Creating"`} {
					if !strings.Contains(d.Err().Error(), words) {
						t.Errorf("the error does not say %q: %v", words, d.Err())
					}
				}
				return
			}
			core.NewRun()
			if state, d := core.Destroy(t.Context(), state); d.Err() != nil || state.Exists() {
				t.Errorf("the destroy: %v", d.Err())
			}
		})
	}
	acctest.Run(t, "a detach with an unknown status", func(t *testing.T) {
		e, core, state := attached(t, byID())
		e.Inject(emulator.Fault{Path: "/computeOperationsStatus/", Times: -1, Merge: map[string]any{"status": "Gone"}})
		began := time.Now()
		if state, d := core.Destroy(t.Context(), state); d.Err() != nil || state.Exists() {
			t.Errorf("the destroy: %v", d.Err())
		}
		if took := time.Since(began); took > 30*time.Second {
			t.Errorf("it took %s", took)
		}
	})
	acctest.Run(t, "being detached, in small letters", func(t *testing.T) {
		e := acctest.NewEmulator(t)
		e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "mybatchcompute", ResourceID: emulator.DefaultBatchAccountID, ProvisioningState: "deleting"})
		time.AfterFunc(5*time.Second, func() { e.RemoveCompute(computeID) })
		checkSettles(t, acctest.NewEmulatorCore(t, e, acctest.AsShipped), byID())
	})
}

// A Batch compute with missing fields does not affect others.
func TestIncompleteComputes(t *testing.T) {
	incomplete := map[string]func(compute, properties map[string]any){
		"no account":      func(_, p map[string]any) { p["resourceId"] = nil },
		"account missing": func(_, p map[string]any) { delete(p, "resourceId") },
		"no name":         func(c, _ map[string]any) { delete(c, "name"); delete(c, "id") },
		"everything is null": func(c, p map[string]any) {
			c["name"], c["id"], c["tags"], c["location"] = nil, nil, nil, nil
			p["resourceId"] = nil
		},
		"state is an object":  func(_, p map[string]any) { p["provisioningState"] = map[string]any{}; p["resourceId"] = nil },
		"account is a number": func(_, p map[string]any) { p["resourceId"] = 7 },
	}
	for name, edit := range incomplete {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			e.AddBatchAccount(account(1), "westeurope")
			e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "odd", ComputeType: "Batch", ResourceID: account(1), Mutate: func(d map[string]any) { editComputes(edit)(d) }})
			core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
			checkSettles(t, core, byID())

			data, d := core.ReadData(t.Context(), "azureml_batch_computes", acctest.Attributes{"workspace_id": emulator.DefaultWorkspaceID})
			if d.Err() != nil || len(d.Warnings) != 1 || !strings.Contains(d.Warnings[0], "A Batch compute is left out") {
				t.Errorf("the data source: %v", d)
			}
			if list, _ := data.Get("batch_computes"); strings.Count(list.String(), `"mybatchcompute"`) != 1 || strings.Contains(list.String(), `"odd"`) {
				t.Errorf("the data source has %s", list)
			}
			found, d := core.Query(t.Context(), acctest.Attributes{"workspace_id": emulator.DefaultWorkspaceID}, 1)
			if d.Err() != nil || len(found) != 1 || len(d.Warnings) != 1 {
				t.Errorf("the query finds %v, %v", found, d)
			}
		})
		acctest.Run(t, name+", in the state", func(t *testing.T) {
			e, core, state := attached(t, byID())
			e.Inject(shows(edit))
			for range 3 { // by a GET, and from the list
				after, d := core.Refresh(t.Context(), state)
				if d.Err() != nil || after.Text("batch_account_id") != emulator.DefaultBatchAccountID || after.Text("batch_account_name") != "batch0" {
					t.Fatalf("after a refresh the account is %q, its name %q, %v", after.Text("batch_account_id"), after.Text("batch_account_name"), d.Err())
				}
			}
			if plan, d := core.Plan(t.Context(), state, byID()); d.Err() != nil || plan.Action != "no-op" {
				t.Errorf("the plan is %s, %v", plan.Action, d.Err())
			}
			if state, d := core.Destroy(t.Context(), state); d.Err() != nil || state.Exists() || writes(e, "DELETE") != 1 {
				t.Errorf("the destroy: %v", d.Err())
			}
		})
	}
	acctest.Run(t, "imported, and complete later", func(t *testing.T) {
		e, core, _ := attached(t, byID())
		e.Inject(shows(incomplete["no account"]))
		state, d := core.Import(t.Context(), computeID)
		if d.Err() != nil {
			t.Fatal(d.Err())
		}
		if plan, d := core.Plan(t.Context(), state, byID()); d.Err() != nil || plan.Action != "update" {
			t.Errorf("the plan is %s, %v", plan.Action, d.Err())
		}
		// later, Azure returns the account
		e.ClearFaults()
		core.NewRun()
		state, d = core.Destroy(t.Context(), state)
		wantGone(t, state)
		d.WantNone(t)
	})
	for name, edit := range map[string]func(compute, properties map[string]any){
		"no account":  incomplete["no account"],
		"no location": func(c, _ map[string]any) { c["location"] = nil },
	} {
		acctest.Run(t, name+", imported", func(t *testing.T) {
			e, core, _ := attached(t, byID())
			e.Inject(shows(edit))
			state, d := core.Import(t.Context(), computeID)
			if d.Err() != nil {
				t.Fatal(d.Err())
			}
			attributes := byID(acctest.Attributes{"location": "West Europe"})
			if plan, d := core.Plan(t.Context(), state, attributes); d.Err() != nil || plan.Action != "update" {
				t.Errorf("the plan is %s, %v", plan.Action, d.Err())
			}
			if state, d = core.Apply(t.Context(), state, attributes); d.Err() != nil {
				t.Fatal(d.Err())
			}
			if plan, d := core.Plan(t.Context(), state, attributes); d.Err() != nil || plan.Action != "no-op" {
				t.Errorf("the next plan is %s, %v", plan.Action, d.Err())
			}
		})
	}
}

// Errors have all causes, each once.
func TestFailuresHaveAllCauses(t *testing.T) {
	acctest.Run(t, "the operation and the compute have the same error", func(t *testing.T) {
		e := acctest.NewEmulator(t)
		same := map[string]any{"code": "BadAccount", "message": "The account cannot be reached."}
		e.FailNext(emulator.Attach, emulator.Failure{Error: same, ProvisioningErrors: []any{map[string]any{"error": same}, map[string]any{"code": "Other", "message": "m"}}})
		_, d := acctest.NewEmulatorCore(t, e).Apply(t.Context(), acctest.State{}, byID())
		if d.Err() == nil || strings.Count(d.Err().Error(), "BadAccount") != 1 || !strings.Contains(d.Err().Error(), "Other: m") {
			t.Errorf("the error is %v", d.Err())
		}
	})
	acctest.Run(t, "the compute never appears", func(t *testing.T) {
		e := acctest.NewEmulator(t, emulator.WithReplicationLag(time.Hour))
		_, d := acctest.NewEmulatorCore(t, e, acctest.AsShipped).Apply(t.Context(), acctest.State{}, byID())
		for _, words := range []string{"ended as Succeeded", `has no compute "mybatchcompute"`} {
			d.WantError(t, words)
		}
	})
	acctest.Run(t, "a private link", func(t *testing.T) {
		e, core, state := attached(t, byID())
		e.Inject(emulator.Fault{Path: "/computes/", Status: 502, Times: -1, Body: `{"error": {"code": "BadGateway", "message": "The workspace can only be accessed by its Private Endpoint."}}`})
		_, d := core.Refresh(t.Context(), state)
		d.WantError(t, "private DNS zone")
	})
}

// The PUT has the account's id in Resource Manager's spelling, not the configuration's.
func TestAccountIsSentInItsOwnSpelling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := acctest.NewEmulator(t)
		spelled := strings.NewReplacer("/subscriptions/", "/SUBSCRIPTIONS/", "resourceGroups", "resourcegroups", "Microsoft.Batch/batchAccounts", "microsoft.batch/BATCHACCOUNTS").Replace(emulator.DefaultBatchAccountID)
		attributes := byID(acctest.Attributes{"batch_account_id": spelled})
		checkSettles(t, acctest.NewEmulatorCore(t, e), attributes)
		for _, request := range e.ARMRequests() {
			if request.Method == http.MethodPut && !strings.Contains(string(request.Body), `"`+emulator.DefaultBatchAccountID+`"`) {
				t.Errorf("the PUT has %s", request.Body)
			}
		}
	})
}
