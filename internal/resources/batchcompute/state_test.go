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
		"another account attached":  {func(c *emulator.Compute) { c.ResourceID = strings.Replace(c.ResourceID, "batch0", "batch1", 1) }, "replace", "batch1"},
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
				if got := state.Text("batch_account_name"); got != test.account {
					t.Errorf("batch_account_name is %q, want %q", got, test.account)
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

func TestAdopt(t *testing.T) {
	for name, compute := range map[string]emulator.Compute{
		"as it is":             {Name: "mybatchcompute", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID},
		"account in capitals":  {Name: "mybatchcompute", ComputeType: "Batch", ResourceID: strings.ToUpper(emulator.DefaultBatchAccountID)},
		"with tags of its own": {Name: "mybatchcompute", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID, Tags: map[string]string{"by": "the SDK"}},
		"without a location": {
			Name: "mybatchcompute", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID,
			Mutate: func(document map[string]any) { delete(document, "location") },
		},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			e.PutCompute(emulator.DefaultWorkspaceID, compute)
			core := acctest.NewEmulatorCore(t, e)
			attributes := byNames(acctest.Attributes{"adopt_existing": true, "location": "westeurope"})
			checkSettles(t, core, attributes)
			for _, request := range requests(e) {
				if !strings.HasPrefix(request, "GET") {
					t.Errorf("%s was sent", request)
				}
			}
		})
	}
}

// What the configuration leaves out is the service's, from the adoption on.
func TestAdoptStoresTheServicesSettings(t *testing.T) {
	e := acctest.NewEmulator(t, emulator.WithTagsKept(true))
	description := "by hand"
	e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{
		Name: "mybatchcompute", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID, Tags: map[string]string{"by": "the SDK"}, Description: &description,
	})
	state, d := acctest.NewEmulatorCore(t, e).Apply(t.Context(), acctest.State{}, byNames(acctest.Attributes{"adopt_existing": true}))
	d.WantNone(t)
	if tags, _ := state.Get("tags"); state.Text("description") != description || !strings.Contains(tags.String(), "the SDK") {
		t.Errorf("the state has the description %q, and tags %s", state.Text("description"), tags)
	}
}

// A compute without a Batch account cannot be adopted.
func TestAdoptWhatIsHalfKnown(t *testing.T) {
	e := acctest.NewEmulator(t)
	e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "mybatchcompute", ComputeType: "Batch"})
	_, d := acctest.NewEmulatorCore(t, e).Apply(t.Context(), acctest.State{}, byNames(acctest.Attributes{"adopt_existing": true}))
	if d.Err() == nil || !strings.Contains(d.Err().Error(), "Azure does not return its Batch account, so it cannot be adopted") {
		t.Errorf("got %v", d.Err())
	}
}

// adopt_existing attaches if there is nothing to adopt.
// A compute that is detached while its adoption waits is attached again.
func TestAdoptWhatIsBeingDetached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := acctest.NewEmulator(t)
		e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "mybatchcompute", ResourceID: emulator.DefaultBatchAccountID, ProvisioningState: "Creating"})
		time.AfterFunc(20*time.Second, func() { e.RemoveCompute(computeID) })
		checkSettles(t, acctest.NewEmulatorCore(t, e, acctest.AsShipped), byID(acctest.Attributes{"adopt_existing": true}))
	})
}

func TestAdoptNothing(t *testing.T) {
	e := acctest.NewEmulator(t)
	checkSettles(t, acctest.NewEmulatorCore(t, e), byNames(acctest.Attributes{"adopt_existing": true}))
	if _, exists := e.Compute(computeID); !exists {
		t.Error("nothing was attached")
	}
}

func TestReadRemovesADetachedCompute(t *testing.T) {
	for name, remove := range map[string]func(*emulator.Emulator){
		"the compute":         func(e *emulator.Emulator) { e.RemoveCompute(computeID) },
		"the whole workspace": func(e *emulator.Emulator) { e.RemoveWorkspace(emulator.DefaultWorkspaceID) },
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e, core, state := attached(t, byNames())
			remove(e)
			state, d := core.Refresh(t.Context(), state)
			if d.Err() != nil || state.Exists() {
				t.Errorf("the state has %q, want nothing; the error is %v", state.Text("id"), d.Err())
			}
		})
	}
}

// A 404 without Azure's own code for a missing resource leaves the state as it is.
func TestReadKeepsAComputeThatMayExist(t *testing.T) {
	for name, fault := range map[string]emulator.Fault{
		"a page of a proxy": {Status: 404, Header: map[string]string{"Content-Type": "text/html"}, Body: "<html>Not here</html>"},
		"an empty 404":      {Status: 404},
		"the wrong tenant":  {Status: 404, Header: map[string]string{"x-ms-request-id": "1"}, Body: `{"error": {"code": "SubscriptionNotFound", "message": "Not in this tenant."}}`},
		"no permission":     {Status: 403, Body: `{"error": {"code": "AuthorizationFailed", "message": "No."}}`},
		"a redirect":        {Status: 302, Header: map[string]string{"Location": "https://portal.example/"}},
		"not JSON":          {Status: 200, Body: "<html>"},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e, core, state := attached(t, byNames())
			fault.Path, fault.Times = "/computes/", 1
			if fault.Status == 200 {
				fault.Times = -1
			}
			e.Inject(fault)
			after, d := core.Refresh(t.Context(), state)
			if fault.Status != 200 && d.Err() == nil {
				t.Error("the refresh succeeded")
			}
			d.WantErrorOmits(t, "-refresh=false") // the advice for a timeout
			if !after.Exists() {
				t.Error("the compute was removed from the state")
			}
			e.ClearFaults()
			core.NewRun()
			e.Inject(fault)
			after, d = core.Destroy(t.Context(), state)
			wantKept(t, after)
			d.WantError(t, "Cannot detach")
		})
	}
}

// When the name belongs to a compute of another type now, the attachment is gone, and the
// other compute is not changed.
func TestNameOfAnotherType(t *testing.T) {
	e, core, state := attached(t, byNames())
	e.EditCompute(computeID, func(c *emulator.Compute) { c.ComputeType = "AmlCompute" })
	after, d := core.Refresh(t.Context(), state)
	if d.Err() != nil || after.Exists() {
		t.Errorf("after the refresh, in the state: %t, error: %v", after.Exists(), d.Err())
	}
	if warnings := strings.Join(d.Warnings, "\n"); !strings.Contains(warnings, `"mybatchcompute" is no longer a Batch compute`) || !strings.Contains(warnings, "AmlCompute") {
		t.Errorf("the refresh warns: %q", warnings)
	}
	if after, d := core.Destroy(t.Context(), state); d.Err() != nil || after.Exists() {
		t.Errorf("the destroy: %v", d.Err())
	}
	if _, exists := e.Compute(computeID); !exists || writes(e, "DELETE") > 0 {
		t.Error("the other compute was changed")
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

func TestImport(t *testing.T) {
	for name, id := range map[string]string{
		"as it is":         computeID,
		"in small letters": strings.ToLower(computeID),
		"in capitals":      strings.ToUpper(computeID),
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			putBatch(e, "mybatchcompute", emulator.DefaultBatchAccountID)
			core := acctest.NewEmulatorCore(t, e)
			state, d := core.Import(t.Context(), id)
			if d.Err() != nil {
				t.Fatal(d.Err())
			}
			if plan, d := core.Plan(t.Context(), state, byID()); d.Err() != nil || plan.Action != "no-op" {
				t.Errorf("the plan is %s, %v", plan.Action, d.Err())
			}
			for _, unset := range []string{"adopt_existing", "timeouts", "batch_resource_group_name", "batch_account_name"} {
				if value, _ := state.Get(unset); !value.IsNull() {
					t.Errorf("%s is %s after an import, want null", unset, value)
				}
			}
			// a configuration by names does not replace either
			if plan, d := core.Plan(t.Context(), state, byNames()); d.Err() != nil || plan.Action != "update" {
				t.Errorf("by names, the plan is %s, %v", plan.Action, d.Err())
			}
		})
	}
}

func TestImportFails(t *testing.T) {
	for name, test := range map[string]struct {
		id   string
		says string
	}{
		"none of that name": {computeID, `no compute "mybatchcompute"`},
		"another type":      {emulator.DefaultWorkspaceID + "/computes/cluster", "AmlCompute"},
		"no workspace":      {strings.Replace(computeID, "ws0", "ws9", 1), "ParentResourceNotFound"},
		"not an id":         {"mybatchcompute", "expected /subscriptions/"},
		"a Batch account":   {emulator.DefaultBatchAccountID, "expected /subscriptions/"},
		"a workspace":       {emulator.DefaultWorkspaceID, "expected /subscriptions/"},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "cluster", ComputeType: "AmlCompute"})
			state, d := acctest.NewEmulatorCore(t, e).Import(t.Context(), test.id)
			wantGone(t, state)
			d.WantError(t, test.says)
			if len(d.Errors) != 1 {
				t.Errorf("there are %d errors, want one: %q", len(d.Errors), d.Errors)
			}
		})
	}
}
