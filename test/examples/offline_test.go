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
	clitest.Says(t, output, "3 passed, 0 failed")
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
	if len(writes) != 2 || !strings.HasPrefix(writes[0], http.MethodPut) || !strings.HasPrefix(writes[1], http.MethodDelete) || !strings.HasSuffix(writes[1], "&underlyingResourceAction=detach") {
		t.Errorf("the service received %q", writes)
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
