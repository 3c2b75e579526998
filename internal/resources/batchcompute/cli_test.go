package batchcompute_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator/emulatortest"
)

const address = "azureml_batch_compute.test"

// cli runs the steps with the real CLI, and checks that nothing is attached after the destroy.
func cli(t *testing.T, e *emulator.Emulator, steps ...resource.TestStep) {
	t.Helper()
	t.Parallel()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(t),
		CheckDestroy: func(*terraform.State) error {
			if computes := e.Computes(); len(computes) > 0 {
				return fmt.Errorf("still attached: %v", computes)
			}
			return nil
		},
		Steps: steps,
	})
}

func block(attributes string) string {
	return fmt.Sprintf("resource \"azureml_batch_compute\" \"test\" {\n%s\n}\n", attributes)
}

func hclByNames(more ...string) string {
	return block(fmt.Sprintf(`
  name                      = "mybatchcompute"
  workspace_id              = %q
  batch_resource_group_name = "rg-batch"
  batch_account_name        = "batch0"
`, emulator.DefaultWorkspaceID) + strings.Join(more, "\n"))
}

func hclByID(workspaceID, accountID string, more ...string) string {
	return block(fmt.Sprintf(`
  name             = "mybatchcompute"
  workspace_id     = %q
  batch_account_id = %q
`, workspaceID, accountID) + strings.Join(more, "\n"))
}

func planned(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
}

// TestCLILife covers the whole life of a compute: attach, both forms of the account, letter
// case, an update, import, replacement, detach.
func TestCLILife(t *testing.T) {
	e := emulatortest.New(t)
	other := strings.Replace(emulator.DefaultBatchAccountID, "batch0", "batch1", 1)
	e.AddBatchAccount(other, "northeurope")
	nothing := planned(plancheck.ResourceActionNoop)
	cli(t, e,
		resource.TestStep{
			Config: acctest.Config(e, hclByNames()),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectKnownValue(address, tfjsonpath.New("batch_account_id"), knownvalue.StringExact(emulator.DefaultBatchAccountID)),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact(computeID)),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("provisioning_state"), knownvalue.StringExact("Succeeded")),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("provisioning_errors"), knownvalue.ListExact(nil)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("is_attached"), knownvalue.Bool(true)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("tags"), knownvalue.Null()),
			},
		},
		resource.TestStep{
			Config:           acctest.Config(e, hclByID(emulator.DefaultWorkspaceID, emulator.DefaultBatchAccountID)),
			ConfigPlanChecks: nothing,
		},
		resource.TestStep{
			Config:           acctest.Config(e, hclByID(strings.ToUpper(emulator.DefaultWorkspaceID), strings.ToLower(emulator.DefaultBatchAccountID), `location = "West Europe"`)),
			ConfigPlanChecks: nothing,
		},
		resource.TestStep{
			Config:           acctest.Config(e, hclByNames("adopt_existing = true", "timeouts {\n create = \"10m\"\n}")),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
		},
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateVerify: true,
			ImportStateId:           strings.ToLower(computeID),
			ImportStateVerifyIgnore: []string{"adopt_existing", "timeouts", "batch_resource_group_name", "batch_account_name"},
		},
		resource.TestStep{
			Config:           acctest.Config(e, hclByID(emulator.DefaultWorkspaceID, other)),
			ConfigPlanChecks: planned(plancheck.ResourceActionDestroyBeforeCreate),
		},
	)
}

func TestCLIImportGeneratesConfiguration(t *testing.T) {
	e := emulatortest.New(t)
	putBatch(e, "mybatchcompute", emulator.DefaultBatchAccountID)
	cli(t, e, resource.TestStep{
		Config:          acctest.Config(e, hclByID(emulator.DefaultWorkspaceID, emulator.DefaultBatchAccountID)),
		ResourceName:    address,
		ImportState:     true,
		ImportStateKind: resource.ImportBlockWithID,
		ImportStateId:   computeID,
		ImportPlanChecks: resource.ImportPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop),
		}},
	}, resource.TestStep{
		// plugin-testing destroys at the end, and needs something to detach
		Config:           acctest.Config(e, hclByID(emulator.DefaultWorkspaceID, emulator.DefaultBatchAccountID, "adopt_existing = true")),
		ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
	})
}

func TestCLIBadInputIsRejectedAtValidate(t *testing.T) {
	e := emulatortest.New(t)
	cli(t, e, resource.TestStep{
		Config:      acctest.Config(e, hclByID("/subscriptions/x", "batch0", `batch_account_name = "BATCH"`)),
		PlanOnly:    true,
		ExpectError: regexp.MustCompile(`(?s)Invalid workspace_id.*Invalid batch_account_id|Invalid batch_account_id.*Invalid workspace_id`),
	})
	if requests := e.Requests(); len(requests) > 0 {
		t.Errorf("requests were sent: %v", requests)
	}
}
