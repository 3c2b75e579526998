//go:build unix

package realcli_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator/emulatortest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/provider"
)

// attachedBySDK returns an emulator with a compute that was attached by other means.
func attachedBySDK(t *testing.T) *emulator.Emulator {
	t.Helper()
	e := emulatortest.New(t)
	e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: name, ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID})
	return e
}

// byID is the configuration of the compute of attachedBySDK.
var byID = fmt.Sprintf("resource \"azureml_batch_compute\" \"test\" {\n  name             = %q\n  workspace_id     = %q\n  batch_account_id = %q\n}\n",
	name, emulator.DefaultWorkspaceID, emulator.DefaultBatchAccountID)

// takenOver applies a configuration that takes over the compute. It checks that nothing is
// written to the service, and that the next plan is empty.
func (d *directory) takenOver(plans ...string) {
	d.t.Helper()
	clitest.Says(d.t, d.must("apply", "-auto-approve", "-input=false"), append(plans, "0 to add, 0 to change, 0 to destroy")...)
	if output, code := d.run("plan", "-input=false", "-detailed-exitcode"); code != 0 {
		d.t.Errorf("a plan after that has changes:\n%s", output)
	}
	d.attachedOnce()
	for _, request := range d.e.ARMRequests() {
		if request.Method != http.MethodGet {
			d.t.Errorf("unexpected request: %s %s", request.Method, request.Path)
		}
	}
}

func TestMovedFromAzapi(t *testing.T) {
	t.Parallel()
	d := newDirectory(t, attachedBySDK(t), "")
	d.write("main.tf", fmt.Sprintf(`resource "azapi_resource" "batch" {
  type      = "Microsoft.MachineLearningServices/workspaces/computes@2024-04-01"
  parent_id = %q
  name      = %q
  location  = "westeurope"
  body = {
    properties = {
      computeType = "Batch"
      resourceId  = %q
    }
  }
}
`, emulator.DefaultWorkspaceID, name, emulator.DefaultBatchAccountID))
	d.init(provider.Address, clitest.AzapiStub.Address)
	d.must("apply", "-auto-approve", "-input=false")
	d.write("main.tf", "moved {\n  from = azapi_resource.batch\n  to   = azureml_batch_compute.test\n}\n\n"+byID)
	d.takenOver("azapi_resource.batch has moved to azureml_batch_compute.test")
}

func TestMovedFromAnotherComputeOfAzapi(t *testing.T) {
	t.Parallel()
	d := newDirectory(t, attachedBySDK(t), "")
	d.write("main.tf", fmt.Sprintf(`resource "azapi_resource" "cluster" {
  type      = "Microsoft.MachineLearningServices/workspaces/computes@2024-04-01"
  parent_id = %q
  name      = %q
  body      = { properties = { computeType = "AmlCompute" } }
}
`, emulator.DefaultWorkspaceID, name))
	d.init(provider.Address, clitest.AzapiStub.Address)
	d.must("apply", "-auto-approve", "-input=false")
	d.write("main.tf", "moved {\n  from = azapi_resource.cluster\n  to   = azureml_batch_compute.test\n}\n\n"+byID)
	output, code := d.run("plan", "-input=false")
	if code == 0 {
		t.Error("a cluster was moved")
	}
	clitest.Says(t, output, "Cannot move to azureml_batch_compute", "The source is a compute of type AmlCompute.")
}

func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	clitest.Needs(t, clitest.Find(t), 12, "import blocks take an identity")
	d := newDirectory(t, attachedBySDK(t), byID+fmt.Sprintf(`
import {
  to = azureml_batch_compute.test
  identity = {
    subscription_id     = %q
    resource_group_name = "rg-ml"
    workspace_name      = "ws0"
    name                = %q
  }
}
`, emulator.DefaultSubscriptionID, name))
	d.takenOver("1 to import")
}
