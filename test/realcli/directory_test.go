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

// directory is a working directory: a configuration, a state, and a CLI that finds the
// provider as in `make demo`. The variables point it at an emulator.
type directory struct {
	t         *testing.T
	e         *emulator.Emulator
	path      string
	notes     string // the commands' outputs and logs
	cli       string
	variables map[string]string
	logLevel  string   // of the CLI's log; logs take time, so most tests have none
	accounts  []string // the Batch accounts at the beginning
	runs      int
}

func newDirectory(t *testing.T, e *emulator.Emulator, configuration string) *directory {
	t.Helper()
	d := &directory{
		t: t, e: e, path: t.TempDir(), notes: t.TempDir(), cli: clitest.Find(t),
		variables: e.Environment(), accounts: e.BatchAccounts(),
	}
	// Core plans again during an apply; preflight's requests would come before each moment.
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

// init runs init for the providers at these addresses.
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

// block returns the resource of the class's example, with more arguments.
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

// resource is a resource in the state.
type resource struct {
	Mode      string
	Instances []struct{ Status string }
}

func (d *directory) resources() []resource {
	d.t.Helper()
	return clitest.Resources[resource](d.t, d.path)
}

// tainted reports whether the compute is in the state as tainted.
func (d *directory) tainted() bool {
	resources := d.resources()
	return len(resources) == 1 && len(resources[0].Instances) == 1 && resources[0].Instances[0].Status == "tainted"
}

// importBlock matches the import block that an error suggests.
var importBlock = regexp.MustCompile(`import \{\s+to = azureml_batch_compute\.NAME[^\n]*\n\s*id = "[^"]+"\s+\}`)

// converges applies again, follows the advice of an error, and checks the result. It reports
// whether the advice was an import block.
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

// settle waits until the service has finished: an import takes a compute as it is, which
// may be during its attach.
func (d *directory) settle() {
	d.t.Helper()
	creating := func(c emulator.Compute) bool { return c.ProvisioningState == "Creating" }
	over := time.After(waitLimit)
	for slices.ContainsFunc(d.e.Computes(), creating) {
		select {
		case <-over:
			d.t.Fatal("the attach did not end")
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// attachedOnce checks that exactly one compute is attached and in the state.
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

// destroys runs destroy, and checks that nothing is left.
func (d *directory) destroys() {
	d.t.Helper()
	d.must("destroy", "-auto-approve", "-input=false")
	if computes := d.e.Computes(); len(computes) > 0 || len(d.resources()) > 0 {
		d.t.Errorf("after the destroy the workspace has %+v, and the state %+v", computes, d.resources())
	}
}

// nothingIsLost checks all requests that the service received: no Batch account was
// deleted, and no PUT overwrote an existing compute.
func (d *directory) nothingIsLost() {
	d.t.Helper()
	if accounts := d.e.BatchAccounts(); !slices.Equal(accounts, d.accounts) {
		d.t.Errorf("the Batch accounts are %v, want %v", accounts, d.accounts)
	}
	live := false
	for _, request := range d.e.ARMRequests() {
		// The service's decision counts, even if the client did not wait for the reply.
		accepted := request.Decided != 0 && request.Decided < http.StatusBadRequest
		switch request.Method {
		case http.MethodPut:
			if live || !accepted {
				d.t.Errorf("PUT %s (%d) over an existing compute", request.Path, request.Decided)
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
