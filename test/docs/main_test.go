//go:build unix

// Package docs tests the documentation: it runs the commands of README.md and of the guides
// as they are written, and compares what the guides say about errors and attributes with
// the source and the schema.
package docs_test

import (
	"os"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
)

const root = "../.."

var built = clitest.Built{Plugins: []clitest.Plugin{clitest.Azureml, clitest.AzurermStub}, Commands: []string{"cmd/azureml-emulator"}}

func TestMain(m *testing.M) { clitest.Main(m, &built, "4") }

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	must(t, err)
	return string(content)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
