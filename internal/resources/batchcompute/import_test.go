package batchcompute_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

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
