//go:build unix

package realcli_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator/emulatortest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/provider"
)

// Plans after the import of a compute whose tags or description differ from the
// configuration.
func TestPlansAfterAnImport(t *testing.T) {
	t.Parallel()
	one := "one"
	type tags = map[string]string
	for name, test := range map[string]struct {
		tags        tags
		description *string
		config      string
		says        []string
	}{
		"a tag of others":              {tags{"a": "1", "policy": "x"}, nil, `tags = { a = "1" }`, []string{"1 to import, 0 to add, 1 to change, 0 to destroy"}},
		"no tags in the service":       {nil, nil, `tags = { a = "1" }`, []string{"1 to import, 0 to add, 1 to change, 0 to destroy", "do not reach Azure", `tags["a"]`, "-replace"}},
		"no tags in the configuration": {tags{"policy": "x"}, nil, `tags = {}`, []string{"1 to import, 0 to add, 1 to change, 0 to destroy"}},
		"an empty description":         {nil, nil, `description = ""`, []string{"1 to import, 0 to add, 1 to change, 0 to destroy"}},
		"letter case":                  {tags{"owner": "me"}, nil, `tags = { Owner = "me" }`, []string{"1 to import, 0 to add, 0 to change, 0 to destroy"}},
		"nothing configured":           {tags{"owner": "me"}, &one, ``, []string{"1 to import, 0 to add, 0 to change, 0 to destroy"}},
		"another value":                {tags{"a": "1"}, nil, `tags = { a = "2" }`, []string{"1 to import, 1 to add, 0 to change, 1 to destroy"}},
		"another description":          {nil, &one, `description = "two"`, []string{"1 to import, 1 to add, 0 to change, 1 to destroy"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := emulatortest.New(t, emulator.WithTagsKept(true))
			e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "x", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID, Tags: test.tags, Description: test.description})
			d := newDirectory(t, e, res("a", "x", 0, test.config+"\n")+fmt.Sprintf("import {\n  to = azureml_batch_compute.a\n  id = %q\n}\n", emulator.DefaultWorkspaceID+"/computes/x"))
			built.Serve(t, d.cli, d.variables)
			if strings.Contains(test.says[0], "1 to destroy") {
				clitest.Says(t, d.must("plan", "-input=false"), test.says...)
				return
			}
			clitest.Says(t, d.must("apply", "-auto-approve", "-input=false"), test.says...)
			d.plannedEmpty()
		})
	}
}

func (d *directory) plannedEmpty(arguments ...string) {
	d.t.Helper()
	if output, code := d.run(append([]string{"plan", "-input=false", "-detailed-exitcode"}, arguments...)...); code != 0 {
		d.t.Errorf("the next plan has changes:\n%s", output)
	}
}

// Plans of attached computes: removed tags follow the service, and each plan reports a
// failed attachment.
func TestPlansOfAttachedComputes(t *testing.T) {
	t.Parallel()
	id := emulator.DefaultWorkspaceID + "/computes/x"
	for name, run := range map[string]func(*testing.T, *estate){
		"tags removed": func(t *testing.T, d *estate) {
			d.write("main.tf", res("a", "x", 0, "tags = { a = \"1\" }\n"))
			d.applies()
			d.write("main.tf", res("a", "x", 0))
			clitest.Says(t, d.applies(), "0 to add, 1 to change, 0 to destroy")
			d.plannedEmpty()
			d.write("main.tf", res("a", "x", 0, "tags = {}\n"))
			clitest.Says(t, d.must("plan", "-input=false"), "0 to destroy")
		},
		"failed": func(t *testing.T, d *estate) {
			d.write("main.tf", res("a", "x", 0))
			d.applies()
			d.e.EditCompute(id, func(c *emulator.Compute) {
				c.ProvisioningState = "Failed"
				c.ProvisioningErrors = []byte(`[{"code": "Firewall", "message": "It cannot be reached."}]`)
			})
			for _, command := range []string{"plan", "refresh"} {
				clitest.Says(t, d.must(command, "-input=false"), `Batch compute "ws0/x" is in state Failed`, "Firewall: It cannot be reached.", "-replace")
			}
		},
		"ignored changes of an import": func(t *testing.T, d *estate) {
			d.e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "x", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID, Tags: map[string]string{"b": "2"}})
			config := fmt.Sprintf(`import {
  to = azureml_batch_compute.a
  id = %q
}

resource "azureml_batch_compute" "a" {
  name                      = "x"
  workspace_id              = %q
  batch_resource_group_name = "rg-batch"
  batch_account_name        = "batch0"
  tags                      = { a = "1" }
  description               = "mine"

  lifecycle {
    ignore_changes = [batch_account_name, tags, description]
  }
}
`, id, emulator.DefaultWorkspaceID)
			d.write("main.tf", config)
			clitest.Says(t, d.must("plan", "-input=false"), "1 to import, 0 to add, 1 to change, 0 to destroy")
			d.applies()
			d.plannedEmpty()
			d.write("main.tf", strings.Replace(config, ", tags, description]", "]", 1))
			clitest.Says(t, d.must("plan", "-input=false"), "0 to add, 1 to change, 0 to destroy", "do not reach Azure")
		},
		"another type": func(t *testing.T, d *estate) {
			d.write("main.tf", res("a", "x", 0))
			d.applies()
			d.e.EditCompute(id, func(c *emulator.Compute) { c.ComputeType = "AmlCompute" })
			clitest.Says(t, d.must("plan", "-input=false"), `Compute "x" is no longer a Batch compute`)
			d.must("destroy", "-auto-approve", "-input=false")
			if _, there := d.e.Compute(id); !there {
				t.Error("the other compute was touched")
			}
		},
		"a warning for each account": func(t *testing.T, d *estate) {
			missing := func(name string) string {
				return strings.Replace(res(name, name, 0), "batchAccounts/batch0", "batchAccounts/none"+name, 1)
			}
			d.write("main.tf", missing("p")+missing("q"))
			clitest.Says(t, d.must("plan", "-input=false"), `The Batch account "nonep" was not found`, `The Batch account "noneq" was not found`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newEstate(t, usual)
			built.Serve(t, d.cli, d.variables)
			run(t, d)
		})
	}
}

// Configurations that could never work are refused by validate.
func TestPlansThatAreRefused(t *testing.T) {
	t.Parallel()
	var config strings.Builder
	var says []string
	for arguments, problem := range map[string]string{
		"timeouts {\n read = \"5ms\"\n}\n":  "Reading needs at least 10s.",
		"timeouts {\n create = \"0s\"\n}\n": "A timeout must be longer than zero.",
		"tags = { a = null, b = \"1\" }\n":  `tags["a"]`,
		"tags = { a = \"1\", A = \"1\" }\n": "case-insensitive",
		"batch_account_name = \"batch0\"\n": "The Batch account is given twice",
		"location = \"secret-of-a-tag\"\n":  "Invalid location",
	} {
		label := "a" + strconv.Itoa(len(says))
		config.WriteString(res(label, "x", 0, arguments))
		says = append(says, "with azureml_batch_compute."+label+",", problem)
	}
	output, code := newDirectory(t, emulatortest.New(t), config.String()).run("validate")
	if code == 0 {
		t.Error("the configurations are valid")
	}
	clitest.Says(t, output, says...)
}

// The provider's address changes, for example to or from a fork or a mirror.
func TestMovedFromAnotherAddress(t *testing.T) {
	t.Parallel()
	clitest.Needs(t, clitest.Find(t), 8, "moves between providers")
	source := func(address string) string {
		return fmt.Sprintf("terraform {\n  required_providers {\n    azureml = {\n      source = %q\n    }\n  }\n}\n", address)
	}
	d := newDirectory(t, emulatortest.New(t), "")
	d.write("terraform.tf", source(fork.Address))
	d.write("main.tf", res("old", "x", 0, "tags = { a = \"1\" }\n"))
	d.must("init", "-input=false")
	d.must("apply", "-auto-approve", "-input=false")
	d.write("terraform.tf", source(provider.Address))
	d.write("main.tf", res("new", "x", 0, "tags = { a = \"1\" }\n")+"moved {\n  from = azureml_batch_compute.old\n  to   = azureml_batch_compute.new\n}\n")
	d.must("init", "-input=false")
	clitest.Says(t, d.must("apply", "-auto-approve", "-input=false"), "azureml_batch_compute.old has moved to azureml_batch_compute.new", "0 to add, 0 to change, 0 to destroy")
	d.plannedEmpty()
}
