package batchcompute_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

var identityParts = map[string]string{
	"subscription_id": emulator.DefaultSubscriptionID, "resource_group_name": "rg-ml", "workspace_name": "ws0", "name": "mybatchcompute",
}

func checkIdentity(t *testing.T, core *acctest.Core, state acctest.State) {
	t.Helper()
	for part, want := range identityParts {
		if got := core.IdentityText(state, part); got != want {
			t.Errorf("identity has %s %q, want %q", part, got, want)
		}
	}
}

func TestAttachStoresIdentity(t *testing.T) {
	_, core, state := attached(t, byNames())
	checkIdentity(t, core, state)
}

// Terraform refuses a changed identity, so letter case must not change it.
func TestIdentityIgnoresLetterCase(t *testing.T) {
	e, core, state := attached(t, byNames())
	e.EditCompute(computeID, func(c *emulator.Compute) {
		c.Mutate = func(document map[string]any) {
			document["name"], document["id"] = "MYBATCHCOMPUTE", strings.ToUpper(computeID)
		}
	})
	state, d := core.Refresh(t.Context(), state)
	if d.Err() != nil {
		t.Fatal(d.Err())
	}
	checkIdentity(t, core, state)
	state, d = core.Apply(t.Context(), state, byNames(acctest.Attributes{"workspace_id": strings.ToUpper(emulator.DefaultWorkspaceID), "adopt_existing": true}))
	if d.Err() != nil {
		t.Fatal(d.Err())
	}
	checkIdentity(t, core, state)
}

// A state from a Terraform before 1.12 has no identity. The next refresh adds it, or an update
// without one.
func TestIdentityOfAnOlderState(t *testing.T) {
	_, core, state := attached(t, byNames())
	state.Identity = nil
	refreshed, d := core.Refresh(t.Context(), state)
	if d.Err() != nil {
		t.Fatal(d.Err())
	}
	checkIdentity(t, core, refreshed)
	updated, d := core.Apply(t.Context(), state, byNames(acctest.Attributes{"adopt_existing": true}))
	if d.Err() != nil {
		t.Fatal(d.Err())
	}
	checkIdentity(t, core, updated)
}

func TestRefreshOfARemovedComputeKeepsItsIdentity(t *testing.T) {
	for name, forget := range map[string]bool{"known": false, "of an earlier Terraform": true} {
		acctest.Run(t, name, func(t *testing.T) {
			e, core, state := attached(t, byNames())
			e.RemoveCompute(computeID)
			if forget {
				state.Identity = nil
			}
			after, d := core.Refresh(t.Context(), state)
			if d.Err() != nil || after.Exists() {
				t.Errorf("after the refresh, in the state: %t, error: %v", after.Exists(), d.Err())
			}
			checkIdentity(t, core, after)
		})
	}
}

func TestImportByIdentity(t *testing.T) {
	for name, change := range map[string]func(string) string{"as it is": strings.Clone, "in capitals": strings.ToUpper} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			putBatch(e, "mybatchcompute", emulator.DefaultBatchAccountID)
			core := acctest.NewEmulatorCore(t, e)
			parts := acctest.Attributes{}
			for part, value := range identityParts {
				parts[part] = change(value)
			}
			state, d := core.ImportIdentity(t.Context(), parts)
			if d.Err() != nil {
				t.Fatal(d.Err())
			}
			if plan, d := core.Plan(t.Context(), state, byID()); d.Err() != nil || plan.Action != "no-op" {
				t.Errorf("the plan is %s, %v", plan.Action, d.Err())
			}
		})
	}
}

func TestImportByIdentityFindsNothing(t *testing.T) {
	core := acctest.NewEmulatorCore(t, acctest.NewEmulator(t))
	parts := acctest.Attributes{"subscription_id": emulator.DefaultSubscriptionID, "resource_group_name": "rg-ml", "workspace_name": "ws0", "name": "absent"}
	_, d := core.ImportIdentity(t.Context(), parts)
	d.WantError(t, `no compute "absent"`)
}

func TestQuery(t *testing.T) {
	for name, test := range map[string]struct {
		pageSize int
		limit    int64
		want     []string
		requests int
	}{
		"all":                         {0, 0, []string{"ws0/alpha", "ws0/mid", "ws0/zeta"}, 1},
		"page by page":                {1, 0, []string{"ws0/alpha", "ws0/mid", "ws0/zeta"}, 4},
		"limited":                     {0, 2, []string{"ws0/alpha", "ws0/mid"}, 1},
		"limited, one page is enough": {1, 1, []string{"ws0/alpha"}, 1},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t, emulator.WithPageSize(test.pageSize))
			for _, compute := range []emulator.Compute{
				{Name: "alpha", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID, Tags: map[string]string{"by": "the SDK"}},
				{Name: "cluster", ComputeType: "AmlCompute"},
				{Name: "mid", ComputeType: "Batch", ResourceID: strings.Replace(emulator.DefaultBatchAccountID, "batch0", "batch1", 1)},
				{Name: "zeta", ComputeType: "Batch", ResourceID: strings.Replace(emulator.DefaultBatchAccountID, "batch0", "batch2", 1)},
			} {
				e.PutCompute(emulator.DefaultWorkspaceID, compute)
			}
			core := acctest.NewEmulatorCore(t, e)
			found, d := core.Query(t.Context(), acctest.Attributes{"workspace_id": strings.ToLower(emulator.DefaultWorkspaceID)}, test.limit)
			if d.Err() != nil {
				t.Fatal(d.Err())
			}
			names := make([]string, 0, len(found))
			for _, one := range found {
				names = append(names, one.Name)
				if "ws0/"+core.IdentityText(one.State, "name") != one.Name {
					t.Errorf("identity of %s: %s", one.Name, core.IdentityText(one.State, "name"))
				}
			}
			if diff := cmp.Diff(test.want, names); diff != "" {
				t.Errorf("the query finds other computes (-want +got):\n%s", diff)
			}
			if got := len(e.ARMRequests()); got != test.requests {
				t.Errorf("it took %d requests, want %d", got, test.requests)
			}
		})
	}
}

// A query returns the same state as an import, so that generated configuration has an empty
// plan.
func TestQueryEqualsImport(t *testing.T) {
	e := acctest.NewEmulator(t)
	putBatch(e, "mybatchcompute", emulator.DefaultBatchAccountID)
	core := acctest.NewEmulatorCore(t, e)
	found, d := core.Query(t.Context(), acctest.Attributes{"workspace_id": emulator.DefaultWorkspaceID}, 0)
	if d.Err() != nil || len(found) != 1 {
		t.Fatal(found, d.Err())
	}
	imported, d := core.Import(t.Context(), computeID)
	if d.Err() != nil {
		t.Fatal(d.Err())
	}
	if !found[0].State.Value.Equal(imported.Value) {
		t.Errorf("found %s\nimported %s", found[0].State.Value, imported.Value)
	}
}

func TestQueryFails(t *testing.T) {
	for name, test := range map[string]struct{ workspace, says string }{
		"no workspace": {strings.Replace(emulator.DefaultWorkspaceID, "ws0", "ws9", 1), "ParentResourceNotFound"},
		"invalid id":   {"ws0", "Invalid workspace_id"},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			core := acctest.NewEmulatorCore(t, acctest.NewEmulator(t))
			found, d := core.Query(t.Context(), acctest.Attributes{"workspace_id": test.workspace}, 0)
			d.WantError(t, test.says)
			if len(found) > 0 {
				t.Errorf("the query finds %d computes, want none", len(found))
			}
		})
	}
}

const azapi = "registry.terraform.io/Azure/azapi"

// azapiState returns the state of an azapi_resource, version 2 of its schema.
func azapiState(body string) string {
	return fmt.Sprintf(`{"id": %q, "name": "mybatchcompute", "parent_id": %q, "type": "Microsoft.MachineLearningServices/workspaces/computes@2024-04-01",
		"location": "westeurope", "body": %s, "output": null, "tags": null, "timeouts": null}`, computeID, emulator.DefaultWorkspaceID, body)
}

func TestMoveFromAzapi(t *testing.T) {
	properties := fmt.Sprintf(`{"properties": {"computeType": "Batch", "resourceId": %q}}`, emulator.DefaultBatchAccountID)
	for name, test := range map[string]struct{ address, state string }{
		"azapi 2":              {azapi, azapiState(`{"value": ` + properties + `, "type": ["object", {}]}`)},
		"azapi 1":              {azapi, azapiState(fmt.Sprintf("%q", properties))},
		"azapi on OpenTofu":    {"registry.opentofu.org/azure/azapi", azapiState(`{"value": ` + properties + `, "type": ["object", {}]}`)},
		"imported by azapi":    {azapi, azapiState("null")},
		"in other letter case": {azapi, strings.Replace(azapiState("null"), "/workspaces/computes@", "/Workspaces/Computes@", 1)},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			putBatch(e, "mybatchcompute", emulator.DefaultBatchAccountID)
			core := acctest.NewEmulatorCore(t, e)
			state, d := core.Move(t.Context(), test.address, "azapi_resource", test.state)
			if d.Err() != nil {
				t.Fatal(d.Err())
			}
			checkIdentity(t, core, state)
			if plan, d := core.Plan(t.Context(), state, byID()); d.Err() != nil || plan.Action != "no-op" {
				t.Errorf("the plan is %s, %v", plan.Action, d.Err())
			}
			// another compute of the same run
			e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "another", ComputeType: "Batch", ResourceID: account(1)})
			_, d = core.Move(t.Context(), test.address, "azapi_resource", strings.ReplaceAll(test.state, "mybatchcompute", "another"))
			d.WantNone(t)
		})
	}
}

// An azapi_resource without a body may be a compute of another type. It stays in the state,
// because it was never an attachment.
func TestMoveOfAnotherTypeWithoutABody(t *testing.T) {
	e := acctest.NewEmulator(t)
	e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "mybatchcompute", ComputeType: "AmlCompute"})
	state, d := acctest.NewEmulatorCore(t, e).Move(t.Context(), azapi, "azapi_resource", azapiState("null"))
	d.WantError(t, "is a compute of type AmlCompute, not Batch.")
	wantKept(t, state)
}

func TestMoveFromOtherResources(t *testing.T) {
	for name, test := range map[string]struct{ address, typeName, state, says string }{
		"another azapi resource": {azapi, "azapi_update_resource", azapiState("null"), "azapi_update_resource"},
		"another provider":       {"registry.terraform.io/hashicorp/azurerm", "azapi_resource", azapiState("null"), "azurerm"},
		"another resource type":  {azapi, "azapi_resource", strings.Replace(azapiState("null"), "workspaces/computes@", "workspaces/datastores@", 1), "datastores"},
		"another compute type":   {azapi, "azapi_resource", azapiState(`{"value": {"properties": {"computeType": "AmlCompute"}}}`), "AmlCompute"},
		"the same by azapi 1":    {azapi, "azapi_resource", azapiState(fmt.Sprintf("%q", `{"properties": {"computeType": "AmlCompute"}}`)), "AmlCompute"},
		"an invalid id":          {azapi, "azapi_resource", strings.Replace(azapiState("null"), "/subscriptions/", "/x/", 1), "not the id of a compute"},
		"not JSON":               {azapi, "azapi_resource", "{", "cannot be read"},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			core := acctest.NewEmulatorCore(t, acctest.NewEmulator(t))
			_, d := core.Move(t.Context(), test.address, test.typeName, test.state)
			d.WantError(t, test.says, "Only an azapi_resource of type")
			if len(d.Errors) != 1 {
				t.Errorf("there are %d errors, want one: %q", len(d.Errors), d.Errors)
			}
		})
	}
}
