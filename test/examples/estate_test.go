//go:build unix

package examples_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// scripted adds computes as scripts attach them over the years: the same name in two
// workspaces, one account in several workspaces, and another subscription.
func scripted(e *emulator.Emulator) {
	ws1 := strings.Replace(emulator.DefaultWorkspaceID, "ws0", "ws1", 1)
	batch1 := strings.Replace(emulator.DefaultBatchAccountID, "batch0", "batch1", 1)
	for workspace, computes := range map[string][]emulator.Compute{
		emulator.DefaultWorkspaceID:      {{Name: "nightly", ResourceID: emulator.DefaultBatchAccountID}, {Name: "on-demand", ResourceID: batch1}},
		ws1:                              {{Name: "nightly", ResourceID: batch1}},
		inOtherSubscription.Replace(ws1): {{Name: "elsewhere", ResourceID: batch1}},
	} {
		for _, compute := range computes {
			e.PutCompute(workspace, compute)
		}
	}
}

// withoutTakeover runs the example's last steps: it saves the computes that were found, and
// removes the files that find them.
func withoutTakeover(files ...string) func(*testing.T, *directory) {
	return func(t *testing.T, d *directory) {
		t.Helper()
		onlyReads(t, d)
		if n := len(d.state()); n != 3 {
			t.Errorf("%d computes are in the state", n)
		}
		// A workspace that cannot be read must not cause its computes to be detached.
		d.e.Inject(emulator.Fault{Path: "/ws1/computes$", Times: -1, Status: 403, Body: `{"error": {"code": "AuthorizationFailed", "message": "No."}}`})
		output, code := d.run("plan", "-input=false")
		if code == 0 {
			t.Error("a plan without one workspace succeeded")
		}
		clitest.Says(t, output, `Workspace "ws1" is left out`, "prevent_destroy")
		d.e.ClearFaults()

		d.write("terraform.tfvars", d.must("output", "-raw", "tfvars"))
		for _, file := range files {
			d.remove(file)
		}
		d.plannedEmpty()
		onlyReads(t, d)
	}
}

// queried runs the example with a Terraform that has query.
func queried(t *testing.T, d *directory) {
	t.Helper()
	clitest.Needs(t, d.cli, 14, "terraform query")
	scripted(d.e)
	d.before = d.e.Computes()
	d.init()
	d.serve()
	found := d.must("query")
	clitest.Says(t, found, "ws0/nightly", "ws0/on-demand", "ws1/nightly")
	d.must("query", "-generate-config-out=computes.tf")
	clitest.Says(t, d.must("plan", "-input=false"), "3 to import, 0 to add, 0 to change, 0 to destroy")
	d.apply()
	d.isAttached()
	d.plannedEmpty()

	// The generated resources are numbered; moved blocks rename them.
	generated := d.read("computes.tf")
	imports := strings.Index(generated, "\nimport {")
	for imports >= 0 {
		end := imports + strings.Index(generated[imports:], "\n}\n") + len("\n}\n")
		generated = generated[:imports] + generated[end:]
		imports = strings.Index(generated, "\nimport {")
	}
	d.write("computes.tf", strings.Replace(generated, `"attached_0"`, `"nightly_of_ws0"`, 1)+
		"\nmoved {\n  from = azureml_batch_compute.attached_0\n  to   = azureml_batch_compute.nightly_of_ws0\n}\n")
	clitest.Says(t, d.must("plan", "-input=false"), "azureml_batch_compute.attached_0 has moved to azureml_batch_compute.nightly_of_ws0", "0 to add, 0 to change, 0 to destroy")
	onlyReads(t, d)
	d.destroy()
}

// onceInAWorkspace checks that the example's conditions refuse at plan what Azure would
// refuse later, or not at all.
func onceInAWorkspace(t *testing.T, d *directory) {
	t.Helper()
	variables := d.read("terraform.tfvars")
	for _, wrong := range []struct{ from, to, says string }{
		{"batchAccounts/batch0", "batchAccounts/BATCH1", "Each Batch account can be attached to a workspace once."},
		{`"on-demand"`, `"NIGHTLY"`, "Each name can be used once in a workspace."},
	} {
		last := strings.LastIndex(variables, wrong.from)
		d.write("terraform.tfvars", variables[:last]+wrong.to+variables[last+len(wrong.from):])
		output, code := d.run("plan", "-input=false")
		if code == 0 {
			t.Errorf("a plan with %s succeeded", wrong.to)
		}
		clitest.Says(t, output, wrong.says)
	}
	d.write("terraform.tfvars", variables)
}
