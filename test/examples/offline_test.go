//go:build unix

package examples_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
)

// offlineTest runs the tests of the module as the example says.
func offlineTest(t *testing.T, d *directory) {
	t.Helper()
	d.init()
	requests := filepath.Join(t.TempDir(), "requests")
	output, code := d.command(built.Command(t, "azureml-emulator"), "exec", "-requests", requests, "--", absolute(t, d.cli), "test", "-no-color")
	if code != 0 {
		t.Fatalf("exit code %d\n%s", code, output)
	}
	clitest.Says(t, output, "5 passed, 0 failed")
	log, err := os.ReadFile(requests)
	must(t, err)
	var writes []string
	for line := range strings.Lines(string(log)) {
		var request struct{ Method, Query string }
		must(t, json.Unmarshal([]byte(line), &request))
		if request.Method != http.MethodGet {
			writes = append(writes, request.Method+" "+request.Query)
		}
	}
	const detach = "&underlyingResourceAction=detach"
	for i, write := range writes {
		method, isDetach := []string{http.MethodPut, http.MethodDelete}[i%2], strings.HasSuffix(write, detach)
		if !strings.HasPrefix(write, method+" ") || isDetach != (method == http.MethodDelete) {
			t.Errorf("write %d that the service received is %q", i, write)
		}
	}
	if len(writes) != 4 {
		t.Errorf("the service received %q, want two attaches and two detaches", writes)
	}
}

// offlineTestFails checks that the module's tests can fail.
func offlineTestFails(t *testing.T, d *directory) {
	t.Helper()
	module := strings.Replace(d.read("main.tf"), `"batch-${var.stage}"`, `"other-${var.stage}"`, 1)
	d.write("main.tf", module)
	d.init()
	output, code := d.command(built.Command(t, "azureml-emulator"), "exec", "--", absolute(t, d.cli), "test", "-no-color")
	if code == 0 {
		t.Error("the tests pass with a changed module")
	}
	clitest.Says(t, output, "Pipelines would not find other-development.")
}

// mockedTest runs the tests that mock both providers, without a credential.
func mockedTest(t *testing.T, d *directory) {
	t.Helper()
	withoutCredential(d)
	d.init()
	clitest.Says(t, d.must("test", "-filter=tests/mocked.tftest.hcl"), "1 passed, 0 failed")
	if requests := d.e.Requests(); len(requests) > 0 {
		t.Errorf("a mocked provider sent %d requests", len(requests))
	}
	// A mocked provider still validates.
	d.write("tests/mocked.tftest.hcl", strings.Replace(d.read("tests/mocked.tftest.hcl"), "/workspaces/ws0\"", "/workspaces/ws0/computes\"", 1))
	output, code := d.run("test", "-filter=tests/mocked.tftest.hcl")
	if code == 0 {
		t.Error("a workspace id that is none passes")
	}
	clitest.Says(t, output, "Invalid workspace_id")
}

// TestWithoutCredential: validate needs no credential, and neither does a plan of what is not
// attached yet, which warns that it could not sign in, unless preflight is off.
func TestWithoutCredential(t *testing.T) {
	t.Parallel()
	d := open(t, "quickstart", example{})
	withoutCredential(d)
	d.init()
	d.serve()
	d.must("validate")
	clitest.Says(t, d.must("plan", "-input=false"), "1 to add, 0 to change, 0 to destroy", "The plan could not sign in to Azure")
	d.write("provider_override.tf", "provider \"azureml\" {\n  preflight = false\n}\n")
	if output := d.must("plan", "-input=false"); strings.Contains(output, "Warning") {
		t.Errorf("a plan without preflight signs in:\n%s", output)
	}
}

// withoutCredential takes everything away that could sign in, az included.
func withoutCredential(d *directory) {
	d.t.Helper()
	clear(d.variables)
	d.cli = absolute(d.t, d.cli)
	d.variables["PATH"] = d.t.TempDir()
	d.variables["HOME"] = d.t.TempDir()
}
