//go:build unix

// Package realcli runs the provider as users do: as a process that Terraform or OpenTofu
// starts. It tests what cannot be tested in one process: what is left when either process
// is interrupted or killed, and what is written to outputs, logs and the state.
package realcli_test

import (
	"os"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
)

// fork is the same provider at another address.
var fork = clitest.Plugin{Address: "registry.terraform.io/fork/azureml", Version: "0.1.0"}

var built = clitest.Built{Plugins: []clitest.Plugin{clitest.Azureml, clitest.AzapiStub, fork}}

func TestMain(m *testing.M) { clitest.Main(m, &built, "6") }

// slowToo must be called within tests, so that go test notes that its cached results depend
// on the variable.
func slowToo() bool { return os.Getenv("AZUREML_TEST_SLOW") != "" }

// slow marks a test that takes more than a few seconds.
func slow(t *testing.T) {
	t.Helper()
	if !slowToo() {
		t.Skip("slow: run it with `make test-slow` or AZUREML_TEST_SLOW=1")
	}
}
