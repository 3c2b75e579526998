//go:build unix

// Package realcli runs the provider as users do: as a process that Terraform or OpenTofu
// starts. It tests what cannot be tested in one process: what is left when either process
// is interrupted or killed, and what is written to outputs, logs and the state.
package realcli_test

import (
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
)

// fork is the same provider at another address.
var fork = clitest.Plugin{Address: "registry.terraform.io/fork/azureml", Version: "0.1.0"}

var built = clitest.Built{Plugins: []clitest.Plugin{clitest.Azureml, clitest.AzapiStub, fork}}

func TestMain(m *testing.M) { clitest.Main(m, &built, "6") }
