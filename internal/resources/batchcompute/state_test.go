package batchcompute_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// attached returns an emulator with an attached compute, and the state that has it.
func attached(t *testing.T, attributes acctest.Attributes) (*emulator.Emulator, *acctest.Core, acctest.State) {
	t.Helper()
	e := acctest.NewEmulator(t)
	core := acctest.NewEmulatorCore(t, e)
	state, d := core.Apply(t.Context(), acctest.State{}, attributes)
	if d.Err() != nil {
		t.Fatal(d.Err())
	}
	core.NewRun()
	e.ResetLog()
	return e, core, state
}

func TestChangesThatReplace(t *testing.T) {
	full := func(more ...acctest.Attributes) acctest.Attributes {
		return with(byID(acctest.Attributes{"description": "d", "tags": map[string]string{"a": "1"}, "location": "westeurope"}), more...)
	}
	for name, test := range map[string]struct {
		changes acctest.Attributes
		action  string
	}{
		"nothing":                      {nil, "no-op"},
		"another name":                 {acctest.Attributes{"name": "another"}, "replace"},
		"name in capitals":             {acctest.Attributes{"name": "MyBatchCompute"}, "no-op"},
		"another workspace":            {acctest.Attributes{"workspace_id": strings.Replace(emulator.DefaultWorkspaceID, "ws0", "ws1", 1)}, "replace"},
		"workspace in capitals":        {acctest.Attributes{"workspace_id": strings.ToUpper(emulator.DefaultWorkspaceID)}, "no-op"},
		"another account":              {acctest.Attributes{"batch_account_id": strings.Replace(emulator.DefaultBatchAccountID, "batch0", "batch1", 1)}, "replace"},
		"account in capitals":          {acctest.Attributes{"batch_account_id": strings.ToUpper(emulator.DefaultBatchAccountID)}, "no-op"},
		"account by names":             {acctest.Attributes{"batch_account_id": nil, "batch_resource_group_name": "rg-batch", "batch_account_name": "batch0"}, "no-op"},
		"account by names in capitals": {acctest.Attributes{"batch_account_id": nil, "batch_resource_group_name": "RG-BATCH", "batch_account_name": "batch0"}, "no-op"},
		"another account by names":     {acctest.Attributes{"batch_account_id": nil, "batch_resource_group_name": "rg-other", "batch_account_name": "batch0"}, "replace"},
		"another description":          {acctest.Attributes{"description": "e"}, "replace"},
		"no description":               {acctest.Attributes{"description": nil}, "no-op"},
		"another tag":                  {acctest.Attributes{"tags": map[string]string{"a": "2"}}, "replace"},
		"one tag more":                 {acctest.Attributes{"tags": map[string]string{"a": "1", "b": "2"}}, "replace"},
		"no tags":                      {acctest.Attributes{"tags": nil}, "update"}, // the service has dropped them
		"another location":             {acctest.Attributes{"location": "eastus"}, "replace"},
		"location in words":            {acctest.Attributes{"location": "West Europe"}, "no-op"},
		"no location":                  {acctest.Attributes{"location": nil}, "no-op"},
		"adopt_existing":               {acctest.Attributes{"adopt_existing": true}, "update"},
		"timeouts":                     {acctest.Attributes{"timeouts": acctest.Attributes{"delete": "1h"}}, "update"},
		"no tags at all":               {acctest.Attributes{"tags": map[string]string{}}, "replace"},
		"description not known yet":    {acctest.Attributes{"description": acctest.Unknown}, "replace"},
		"a tag not known yet":          {acctest.Attributes{"tags": map[string]tftypes.Value{"a": tftypes.NewValue(tftypes.String, acctest.Unknown)}}, "replace"},
		"account not known yet":        {acctest.Attributes{"batch_account_id": acctest.Unknown}, "replace"},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e, core, state := attached(t, full())
			plan, d := core.Plan(t.Context(), state, full(test.changes))
			if d.Err() != nil || plan.Action != test.action {
				t.Errorf("the plan is %s, want %s; %v", plan.Action, test.action, d.Err())
			}
			if requests := e.ARMRequests(); len(requests) > 0 {
				t.Errorf("the plan sent requests: %v", requests)
			}
		})
	}
}

// No tags and an empty map of tags are the same in Azure.
func TestEmptyTagsReplaceNothing(t *testing.T) {
	_, core, state := attached(t, byNames())
	empty := byNames(acctest.Attributes{"tags": map[string]string{}})
	if plan, d := core.Plan(t.Context(), state, empty); d.Err() != nil || plan.Action != "update" {
		t.Errorf("the plan is %s, %v", plan.Action, d.Err())
	}
	updated, d := core.Apply(t.Context(), state, empty)
	if d.Err() != nil {
		t.Fatal(d.Err())
	}
	if plan, d := core.Plan(t.Context(), updated, empty); d.Err() != nil || plan.Action != "no-op" {
		t.Errorf("the next plan is %s, %v", plan.Action, d.Err())
	}
	if plan, d := core.Plan(t.Context(), state, byNames(acctest.Attributes{"tags": acctest.Unknown})); d.Err() != nil || plan.Action != "replace" {
		t.Errorf("not known yet: the plan is %s, %v", plan.Action, d.Err())
	}
}

// A tag that is empty in the state may have another value once it is known.
func TestUnknownTagReplacesAnEmptyOne(t *testing.T) {
	_, core, state := attached(t, byID(acctest.Attributes{"tags": map[string]string{"a": ""}}))
	unknownTag := byID(acctest.Attributes{"tags": map[string]tftypes.Value{"a": tftypes.NewValue(tftypes.String, acctest.Unknown)}})
	if plan, d := core.Plan(t.Context(), state, unknownTag); d.Err() != nil || plan.Action != "replace" {
		t.Errorf("the plan is %s, %v", plan.Action, d.Err())
	}
}

func TestUpdateSendsNothing(t *testing.T) {
	e, core, state := attached(t, byNames())
	after := byNames(acctest.Attributes{"adopt_existing": true, "timeouts": acctest.Attributes{"read": "1m"}})
	state, d := core.Apply(t.Context(), state, after)
	if d.Err() != nil {
		t.Fatal(d.Err())
	}
	if requests := e.ARMRequests(); len(requests) > 0 {
		t.Errorf("requests were sent: %v", requests)
	}
	if plan, _ := core.Plan(t.Context(), state, after); plan.Action != "no-op" {
		t.Errorf("the next plan is %s", plan.Action)
	}
}

func TestReplaceDetachesBeforeItAttaches(t *testing.T) {
	e, core, state := attached(t, byNames())
	e.AddBatchAccount(strings.Replace(emulator.DefaultBatchAccountID, "batch0", "batch1", 1), "westeurope")
	state, d := core.Apply(t.Context(), state, byNames(acctest.Attributes{"batch_account_name": "batch1"}))
	if d.Err() != nil {
		t.Fatal(d.Err())
	}
	var writes []string
	for _, request := range requests(e) {
		if !strings.HasPrefix(request, "GET") {
			writes = append(writes, request)
		}
	}
	if strings.Join(writes, ", ") != "DELETE compute, PUT compute" {
		t.Errorf("the writes are %v", writes)
	}
	if got := state.Text("batch_account_name"); got != "batch1" {
		t.Errorf("batch_account_name is %q", got)
	}
}

// The same account under another name must be detached first.
func TestReplaceUnderAnotherName(t *testing.T) {
	_, core, state := attached(t, byNames())
	state, d := core.Apply(t.Context(), state, byNames(acctest.Attributes{"name": "another"}))
	if d.Err() != nil || state.Text("name") != "another" {
		t.Errorf("the state has the name %q, the error is %v", state.Text("name"), d.Err())
	}
}

func TestDriftOutsideOfTerraform(t *testing.T) {
	configured := byID(acctest.Attributes{"description": "d", "tags": map[string]string{"a": "1"}})
	for name, test := range map[string]struct {
		edit    func(*emulator.Compute)
		action  string
		account string // batch_account_name afterwards
	}{
		"others add tags":           {func(c *emulator.Compute) { c.Tags = map[string]string{"a": "1", "policy": "x"} }, "no-op", "batch0"},
		"others change a tag":       {func(c *emulator.Compute) { c.Tags = map[string]string{"a": "2"} }, "replace", "batch0"},
		"others remove a tag":       {func(c *emulator.Compute) { c.Tags = map[string]string{} }, "no-op", "batch0"},
		"others change description": {func(c *emulator.Compute) { d := "e"; c.Description = &d }, "replace", "batch0"},
		"the service drops it":      {func(c *emulator.Compute) { c.Description = nil }, "no-op", "batch0"},
		"another account attached": {func(c *emulator.Compute) {
			c.ResourceID = strings.NewReplacer("rg-batch", "rg-other", "batch0", "batch1").Replace(c.ResourceID)
		}, "replace", "batch1"},
		"an account without names":  {func(c *emulator.Compute) { c.ResourceID = "/batch1" }, "replace", ""},
		"moved to another region":   {func(c *emulator.Compute) { c.ComputeLocation = "eastus" }, "no-op", "batch0"},
		"provisioning failed since": {func(c *emulator.Compute) { c.ProvisioningState = "Failed" }, "no-op", "batch0"},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t, emulator.WithTagsKept(true))
			core := acctest.NewEmulatorCore(t, e)
			state, d := core.Apply(t.Context(), acctest.State{}, configured)
			if d.Err() != nil {
				t.Fatal(d.Err())
			}
			e.EditCompute(computeID, test.edit)
			earlier := state
			earlier.Private = nil // of an earlier version of the provider
			for _, state := range []acctest.State{state, earlier} {
				core.NewRun()
				state, d = core.Refresh(t.Context(), state)
				if d.Err() != nil {
					t.Fatal(d.Err())
				}
				if plan, d := core.Plan(t.Context(), state, configured); d.Err() != nil || plan.Action != test.action {
					t.Errorf("the plan is %s, want %s; %v", plan.Action, test.action, d.Err())
				}
				group := map[string]string{"batch0": "rg-batch", "batch1": "rg-other"}[test.account]
				if got := state.Text("batch_account_name"); got != test.account || state.Text("batch_resource_group_name") != group {
					t.Errorf("the names of the account are %q in %q, want %q in %q", got, state.Text("batch_resource_group_name"), test.account, group)
				}
			}
		})
	}
}

func TestTagsAndDescriptionLeftOutFollowTheService(t *testing.T) {
	e, core, state := attached(t, byNames())
	e.EditCompute(computeID, func(c *emulator.Compute) {
		description := "by hand"
		c.Tags, c.Description = map[string]string{"policy": "x"}, &description
	})
	earlier := state
	earlier.Private = nil
	earlier, d := core.Refresh(t.Context(), earlier)
	d.WantNone(t)
	core.NewRun()
	state, d = core.Refresh(t.Context(), state)
	if d.Err() != nil {
		t.Fatal(d.Err())
	}
	if !earlier.Value.Equal(state.Value) {
		t.Errorf("a state of an earlier version is refreshed to %s, another one to %s", earlier.Value, state.Value)
	}
	if got := state.Text("description"); got != "by hand" {
		t.Errorf("description is %q", got)
	}
	want := tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"policy": tftypes.NewValue(tftypes.String, "x")})
	if tags, _ := state.Get("tags"); !tags.Equal(want) {
		t.Errorf("tags are %s", tags)
	}
	for action, attributes := range map[string][]acctest.Attributes{
		"no-op": {nil, {"tags": map[string]string{"policy": "x"}}, {"tags": map[string]string{"Policy": "x"}}},
		"replace": {
			{"tags": map[string]string{"policy": "y"}},
			{"tags": map[string]string{"policy": "x", "b": "1"}},
			{"tags": map[string]string{"policy": "y", "b": "1"}},
		},
	} {
		for _, changes := range attributes {
			if plan, d := core.Plan(t.Context(), state, byNames(changes)); d.Err() != nil || plan.Action != action {
				t.Errorf("with %v, the plan is %s, want %s; %v", changes, plan.Action, action, d.Err())
			}
		}
	}
	e.EditCompute(computeID, func(c *emulator.Compute) { c.Tags, c.Description = map[string]string{"POLICY": "x"}, nil })
	if state, d = core.Refresh(t.Context(), state); d.Err() != nil {
		t.Fatal(d.Err())
	}
	if tags, _ := state.Get("tags"); !tags.Equal(want) {
		t.Errorf("once the service writes it in capitals, tags are %s", tags)
	}
	if description, _ := state.Get("description"); !description.IsNull() {
		t.Errorf("once the service has none, description is %s", description)
	}
}

func TestFailedAttachStaysInTheStateAsTainted(t *testing.T) {
	e := acctest.NewEmulator(t)
	e.FailNext(emulator.Attach, emulator.Failure{
		Error:              map[string]any{"code": "BadAccount", "message": "The account cannot be reached."},
		ProvisioningErrors: []any{map[string]any{"error": map[string]any{"code": "Inner", "message": "Its firewall is closed."}}},
	})
	core := acctest.NewEmulatorCore(t, e)
	state, d := core.Apply(t.Context(), acctest.State{}, byNames())
	if d.Err() == nil {
		t.Fatal("the apply succeeded")
	}
	for _, words := range []string{"BadAccount: The account cannot be reached.", "Inner: Its firewall is closed.", "Request id: ", "terraform untaint", "tainted"} {
		if !strings.Contains(d.Err().Error(), words) {
			t.Errorf("the error does not say %q:\n%v", words, d.Err())
		}
	}
	if !state.Tainted || state.Text("provisioning_state") != "Failed" {
		t.Errorf("tainted is %v, provisioning_state %q", state.Tainted, state.Text("provisioning_state"))
	}
	// the next apply replaces it
	core.NewRun()
	state, d = core.Apply(t.Context(), state, byNames())
	if d.Err() != nil || state.Tainted || state.Text("provisioning_state") != "Succeeded" {
		t.Errorf("the next apply: %v, %s", d.Err(), state.Value)
	}
}

func TestFailedDetachStaysInTheState(t *testing.T) {
	e, core, state := attached(t, byNames())
	e.FailNext(emulator.Detach, emulator.Failure{Error: map[string]any{"code": "Busy", "message": "A pipeline runs on it."}})
	state, d := core.Destroy(t.Context(), state)
	wantKept(t, state)
	d.WantError(t, "Busy: A pipeline runs on it.")
	state, d = core.Destroy(t.Context(), state)
	if d.Err() != nil || state.Exists() {
		t.Errorf("the next destroy: %v, %v", d.Err(), state.Value)
	}
}

func TestDestroyOfADetachedCompute(t *testing.T) {
	e, core, state := attached(t, byNames())
	e.RemoveCompute(computeID)
	if state, d := core.Destroy(t.Context(), state); d.Err() != nil || state.Exists() {
		t.Errorf("the state has %q, want nothing; the error is %v", state.Text("id"), d.Err())
	}
}

// Of two resources of one apply with the same Batch account, one is attached. The error of the
// other names the first, although neither is in the service's list yet.
func TestSecondAttachmentInTheSameRun(t *testing.T) {
	e := acctest.NewEmulator(t)
	core := acctest.NewEmulatorCore(t, e)
	var group sync.WaitGroup
	errs := make([]error, 2)
	for i, name := range []string{"first", "second"} {
		group.Go(func() {
			_, d := core.Apply(t.Context(), acctest.State{}, byNames(acctest.Attributes{"name": name}))
			errs[i] = d.Err()
		})
	}
	group.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("want one success: %v, %v", errs[0], errs[1])
	}
	err, winner := errs[1], `"first"`
	if err == nil {
		err, winner = errs[0], `"second"`
	}
	if !strings.Contains(err.Error(), winner) || !strings.Contains(err.Error(), "breaks the earlier one") {
		t.Errorf("the error is %v, want one that names %s and says why", err, winner)
	}
	if computes := e.Computes(); len(computes) != 1 {
		t.Errorf("%d computes are attached, want one", len(computes))
	}
}

// Callers without permission to list skip the check.
func TestAttachWithoutPermissionToList(t *testing.T) {
	e := acctest.NewEmulator(t)
	e.Inject(emulator.Fault{Path: "/computes$", Times: -1, Status: 403, Body: `{"error": {"code": "AuthorizationFailed", "message": "No."}}`})
	checkSettles(t, acctest.NewEmulatorCore(t, e), byNames())
}

func TestLocationSavesTheReadOfTheWorkspace(t *testing.T) {
	e := acctest.NewEmulator(t)
	checkSettles(t, acctest.NewEmulatorCore(t, e), byNames(acctest.Attributes{"location": "West Europe"}))
	for _, request := range requests(e) {
		if request == "GET workspace" {
			t.Error("the workspace was read")
		}
	}
}
