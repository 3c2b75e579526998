package functions_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator/emulatortest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/provider"
)

// TestCLIWithoutSigningIn calls the functions with an empty provider block and no
// credential in the environment.
func TestCLIWithoutSigningIn(t *testing.T) {
	config := func(expression string) string {
		return fmt.Sprintf(`
terraform {
  required_providers {
    azureml = {
      source = %q
    }
  }
}

provider "azureml" {}

output "x" {
  value = %s
}
`, provider.Address, expression)
	}
	quoted := fmt.Sprintf("%q", computeID)
	handWritten := `{ id = ` + quoted + `, name = "alpha", batch_account_id = null, description = null, tags = { a = "1" }, location = "westeurope",
    compute_location = null, provisioning_state = "Succeeded", provisioning_errors = [] }`
	gives := func(expression string, want knownvalue.Check) resource.TestStep {
		return resource.TestStep{Config: config(expression), ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("x", want)}}
	}
	refuses := func(expression, says string) resource.TestStep {
		return resource.TestStep{Config: config(expression), ExpectError: regexp.MustCompile(says)}
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(t),
		Steps: []resource.TestStep{
			gives(`provider::azureml::parse_batch_compute_id(`+quoted+`)`, knownvalue.ObjectExact(map[string]knownvalue.Check{
				"subscription_id": knownvalue.StringExact(emulator.DefaultSubscriptionID), "resource_group_name": knownvalue.StringExact("rg-ml"),
				"workspace_name": knownvalue.StringExact("ws0"), "name": knownvalue.StringExact("alpha"), "workspace_id": knownvalue.StringExact(emulator.DefaultWorkspaceID),
			})),
			gives(`provider::azureml::workspace_id_from_config(jsonencode({ Id = null, Scope = "`+emulator.DefaultWorkspaceID+`" }))`, knownvalue.StringExact(emulator.DefaultWorkspaceID)),
			gives(`provider::azureml::deserialize_batch_compute("`+emulator.DefaultWorkspaceID+`", provider::azureml::serialize_batch_compute(`+handWritten+`)).tags.a`, knownvalue.StringExact("1")),
			refuses(`provider::azureml::parse_batch_compute_id("alpha")`, `Invalid\s+value\s+for\s+"id"\s+parameter:\s+this\s+is\s+not\s+the\s+id\s+of\s+a\s+compute`),
			refuses(`provider::azureml::deserialize_batch_compute("`+emulator.DefaultWorkspaceID+`", "{}")`, `(?s)"json"\s+parameter.*the\s+payload\s+has\s+no`),
			refuses(`provider::azureml::serialize_batch_compute({ name = "alpha" })`, `(?s)"batch_compute"\s+parameter.*it\s+has\s+no\s+id,\s+no\s+batch_account_id`),
			refuses(`provider::azureml::serialize_batch_compute(null)`, `argument\s+must\s+not\s+be\s+null`),
		},
	})
}

// TestCLI serializes one compute from the resource and from each data source. At plan,
// before the attach, the result is unknown, which is not an error.
func TestCLI(t *testing.T) {
	e := emulatortest.New(t)
	failed := emulator.Compute{
		Name: "failed", ComputeType: "Batch", ResourceID: accountID + "9", ProvisioningState: "Failed",
		ProvisioningErrors: json.RawMessage(`[{"error": {"code": "Quota", "statusCode": 500, "message": "None <left>."}}]`),
	}
	e.PutCompute(emulator.DefaultWorkspaceID, failed)
	config := acctest.Config(e, `
resource "azureml_batch_compute" "a" {
  name             = "Alpha"
  workspace_id     = "`+emulator.DefaultWorkspaceID+`"
  batch_account_id = "`+accountID+`"
  description      = "for <risk>"
}

data "azureml_batch_compute" "a" {
  name         = lower(azureml_batch_compute.a.name)
  workspace_id = azureml_batch_compute.a.workspace_id
}

data "azureml_batch_compute" "failed" {
  name         = "FAILED"
  workspace_id = "`+emulator.DefaultWorkspaceID+`"
}

data "azureml_batch_computes" "all" {
  workspace_id = azureml_batch_compute.a.workspace_id
  depends_on   = [azureml_batch_compute.a]
}

output "resource" {
  value = provider::azureml::serialize_batch_compute(azureml_batch_compute.a)
}

output "same" {
  value = [
    data.azureml_batch_compute.a.serialized == provider::azureml::serialize_batch_compute(azureml_batch_compute.a),
    data.azureml_batch_compute.a.serialized == provider::azureml::serialize_batch_compute(data.azureml_batch_compute.a),
    data.azureml_batch_compute.a.serialized == provider::azureml::serialize_batch_compute(one([for c in data.azureml_batch_computes.all.batch_computes : c if c.name == "Alpha"])),
    data.azureml_batch_compute.failed.serialized == provider::azureml::serialize_batch_compute(data.azureml_batch_compute.failed),
    data.azureml_batch_compute.failed.provisioning_errors == provider::azureml::deserialize_batch_compute("`+emulator.DefaultWorkspaceID+`", data.azureml_batch_compute.failed.serialized).provisioning_errors,
  ]
}
`)
	yes := knownvalue.Bool(true)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(t),
		Steps: []resource.TestStep{{
			Config:            config,
			ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectUnknownOutputValue("resource")}},
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("same", knownvalue.ListExact([]knownvalue.Check{yes, yes, yes, yes, yes}))},
		}},
	})
}

// TestCLIImportsWhatPythonSerialized imports a compute from the JSON that the class wrote,
// without changing it.
func TestCLIImportsWhatPythonSerialized(t *testing.T) {
	made, err := os.ReadFile("testdata/python/attached.json")
	if err != nil {
		t.Fatal(err)
	}
	e := emulatortest.New(t)
	e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "mybatchcompute", ComputeType: "Batch", ResourceID: accountID})
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(t),
		Steps: []resource.TestStep{{
			Config: acctest.Config(e, fmt.Sprintf(`
locals {
  config  = jsonencode({ Id = null, Scope = %q })
  compute = provider::azureml::deserialize_batch_compute(provider::azureml::workspace_id_from_config(local.config), %q)
}

import {
  to = azureml_batch_compute.x
  id = local.compute.id
}

resource "azureml_batch_compute" "x" {
  name             = local.compute.name
  workspace_id     = local.compute.workspace_id
  batch_account_id = local.compute.batch_account_id
}
`, emulator.DefaultWorkspaceID, made)),
			ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction("azureml_batch_compute.x", plancheck.ResourceActionNoop)}},
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue("azureml_batch_compute.x", tfjsonpath.New("batch_account_id"), knownvalue.StringExact(accountID))},
		}},
	})
}
