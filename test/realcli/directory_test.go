//go:build unix

package realcli_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/provider"
)

const (
	address   = "azureml_batch_compute.test"
	name      = "mybatchcompute"
	computeID = emulator.DefaultWorkspaceID + "/computes/" + name
)

// directory is where a person works: a configuration, a state, and a CLI that finds
// the provider as `make demo` has it found. The variables point it at an emulator.
type directory struct {
	t         *testing.T
	e         *emulator.Emulator
	path      string
	notes     string // the commands' outputs and logs
	cli       string
	variables map[string]string
	logLevel  string
	accounts  []string // the Batch accounts at the beginning
	runs      int
}

func newDirectory(t *testing.T, e *emulator.Emulator, configuration string) *directory {
	t.Helper()
	d := &directory{
		t: t, e: e, path: t.TempDir(), notes: t.TempDir(), cli: clitest.Find(t),
		variables: e.Environment(), logLevel: "DEBUG", accounts: e.BatchAccounts(),
	}
	// Core plans once more while it applies; preflight would be there before each moment.
	d.variables["AZUREML_PREFLIGHT"] = "false"
	err := errors.Join(
		os.Mkdir(filepath.Join(d.path, "terraform.d"), 0o700),
		os.Symlink(built.PluginsDir(t), filepath.Join(d.path, "terraform.d", "plugins")))
	if err != nil {
		t.Fatal(err)
	}
	d.write("main.tf", configuration)
	d.init(provider.Address)
	return d
}

// init lets the configuration use the providers of these addresses.
func (d *directory) init(addresses ...string) {
	d.t.Helper()
	var required strings.Builder
	for _, address := range addresses {
		fmt.Fprintf(&required, "    %s = {\n      source = %q\n    }\n", filepath.Base(address), address)
	}
	d.write("terraform.tf", fmt.Sprintf("terraform {\n  required_providers {\n%s  }\n}\n", required.String()))
	d.must("init", "-input=false")
}

func (d *directory) write(file, content string) {
	d.t.Helper()
	if err := os.WriteFile(filepath.Join(d.path, file), []byte(content), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// block is the class's example, with more in it.
func block(more ...string) string {
	return fmt.Sprintf(`resource "azureml_batch_compute" "test" {
  name                      = %q
  workspace_id              = %q
  batch_resource_group_name = "rg-batch"
  batch_account_name        = "batch0"
%s
}
`, name, emulator.DefaultWorkspaceID, strings.Join(more, "\n"))
}

func (d *directory) apply() (output string, code int) {
	d.t.Helper()
	return d.run("apply", "-auto-approve", "-input=false")
}

// resource is what the state has of the resource.
type resource struct {
	Mode      string
	Instances []struct{ Status string }
}

func (d *directory) resources() []resource {
	d.t.Helper()
	return clitest.Resources[resource](d.t, d.path)
}

// tainted reports that the compute is in the state, to be detached by the next apply.
func (d *directory) tainted() bool {
	resources := d.resources()
	return len(resources) == 1 && len(resources[0].Instances) == 1 && resources[0].Instances[0].Status == "tainted"
}

// importBlock finds what an error advises to paste into the configuration.
var importBlock = regexp.MustCompile(`import \{\s+to = azureml_batch_compute\.NAME[^\n]*\n\s*id = "[^"]+"\s+\}`)

// converges applies again, as somebody would who does what an error says, and looks
// at what came of it. It reports whether there was an import block to be followed.
func (d *directory) converges() (imported bool) {
	d.t.Helper()
	output, code := d.apply()
	if advice := importBlock.FindString(output); code != 0 && advice != "" {
		d.write("import.tf", strings.Replace(advice, ".NAME", ".test", 1))
		output, code = d.apply()
		imported = true
	}
	if code != 0 {
		d.t.Fatalf("apply again fails:\n%s", output)
	}
	d.settle()
	d.attachedOnce()
	if output, code := d.run("plan", "-input=false", "-detailed-exitcode"); code != 0 {
		d.t.Errorf("a plan after that has changes:\n%s", output)
	}
	return imported
}

// settle waits for the end of what the service is still doing: an import takes a
// compute as it is, and it may be in the middle of its attach.
func (d *directory) settle() {
	d.t.Helper()
	inTheMiddle := func(c emulator.Compute) bool { return c.ProvisioningState == "Creating" }
	over := time.After(patience)
	for slices.ContainsFunc(d.e.Computes(), inTheMiddle) {
		select {
		case <-over:
			d.t.Fatal("the attach does not end")
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// attachedOnce looks for the one compute that there should be.
func (d *directory) attachedOnce() {
	d.t.Helper()
	computes := d.e.Computes()
	if len(computes) != 1 || computes[0].ID != computeID || computes[0].ProvisioningState != "Succeeded" ||
		!strings.EqualFold(computes[0].ResourceID, emulator.DefaultBatchAccountID) {
		d.t.Errorf("the workspace has %+v", computes)
	}
	if len(d.resources()) != 1 || d.tainted() {
		d.t.Errorf("the state has %+v", d.resources())
	}
}

// destroys detaches what is there.
func (d *directory) destroys() {
	d.t.Helper()
	d.must("destroy", "-auto-approve", "-input=false")
	if computes := d.e.Computes(); len(computes) > 0 || len(d.resources()) > 0 {
		d.t.Errorf("after the destroy the workspace has %+v, and the state %+v", computes, d.resources())
	}
}

// nothingIsLost looks at all that reached the service: the Batch accounts are as they
// were, and nothing was ever put over a compute that was there.
func (d *directory) nothingIsLost() {
	d.t.Helper()
	if accounts := d.e.BatchAccounts(); !slices.Equal(accounts, d.accounts) {
		d.t.Errorf("the Batch accounts are %v, and were %v", accounts, d.accounts)
	}
	live := false
	for _, request := range d.e.ARMRequests() {
		// What the service decided counts, whether or not anybody waited for the answer.
		accepted := request.Decided != 0 && request.Decided < http.StatusBadRequest
		switch request.Method {
		case http.MethodPut:
			if live || !accepted {
				d.t.Errorf("PUT %s (%d) on a compute that was there", request.Path, request.Decided)
			}
			live = true
		case http.MethodDelete:
			if !strings.HasSuffix(request.Query, "underlyingResourceAction=detach") {
				d.t.Errorf("DELETE %s?%s", request.Path, request.Query)
			}
			live = live && !accepted
		}
	}
}
