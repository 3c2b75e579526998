package batchcompute_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator/emulatortest"
)

// TestCLIQuery runs terraform query, which requires Terraform 1.14. For other CLIs, TestQuery
// covers it at protocol level.
func TestCLIQuery(t *testing.T) {
	skipOpenTofu(t, "OpenTofu has no query")
	e := emulatortest.New(t)
	putBatch(e, "mybatchcompute", emulator.DefaultBatchAccountID)
	e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "cluster", ComputeType: "AmlCompute"})
	found := map[string]knownvalue.Check{}
	for part, value := range identityParts {
		found[part] = knownvalue.StringExact(value)
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(t),
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		Steps: []resource.TestStep{
			{Config: acctest.Config(e, "")},
			{
				// A query file next to the last step's configuration, which has the provider.
				Query: true,
				Config: fmt.Sprintf(`
list "azureml_batch_compute" "test" {
  provider = azureml

  config {
    workspace_id = %q
  }
}
`, emulator.DefaultWorkspaceID),
				QueryResultChecks: []querycheck.QueryResultCheck{
					querycheck.ExpectLength("azureml_batch_compute.test", 1),
					querycheck.ExpectIdentity("azureml_batch_compute.test", found),
				},
			},
		},
	})
}

// skipOpenTofu skips a test if plugin-testing would run OpenTofu, whose version numbers do not
// match the features of Terraform's.
func skipOpenTofu(t *testing.T, why string) {
	t.Helper()
	cli := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if cli == "" {
		cli = "terraform" // if there is none, plugin-testing reports it
	}
	if output, err := exec.Command(cli, "version").Output(); err == nil && strings.HasPrefix(string(output), "OpenTofu") {
		t.Skip(why)
	}
}
