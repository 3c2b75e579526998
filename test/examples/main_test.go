//go:build unix

// Package examples runs every folder below examples/ against the emulator, with the real
// CLI: what users copy must work.
package examples_test

import (
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
)

var built = clitest.Built{
	Plugins:  []clitest.Plugin{clitest.Azureml, clitest.AzapiStub, clitest.AzurermStub, clitest.OrobixStub},
	Commands: []string{"cmd/azureml-emulator"},
}

func TestMain(m *testing.M) { clitest.Main(m, &built, "4") }
