//go:build unix

package examples_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
)

// withoutImports removes the fragments that cannot be applied together.
func withoutImports(t *testing.T, d *directory) {
	t.Helper()
	for _, file := range []string{"import-by-string-id.tf", "import-by-identity.tf"} {
		d.remove(file)
	}
}

// imported runs the rest of an example that imports one compute and attaches another.
func imported(t *testing.T, d *directory) {
	t.Helper()
	d.serve()
	d.apply()
	d.isAttached()
	d.plannedEmpty()
	if methods := d.methods(); methods != http.MethodPut {
		t.Errorf("the writes are %s, want one PUT", methods)
	}
	d.destroy()
}

// attachedMeanwhile adds the compute that the fragments import.
func attachedMeanwhile(d *directory) {
	attached(d.e)
	d.before = d.e.Computes()
}

func importByCommand(t *testing.T, d *directory) {
	t.Helper()
	attachedMeanwhile(d)
	withoutImports(t, d)
	d.init()
	// The script runs terraform.
	bin := t.TempDir()
	must(t, os.Symlink(absolute(t, d.cli), filepath.Join(bin, "terraform")))
	d.variables["PATH"] = bin + string(os.PathListSeparator) + os.Getenv("PATH")
	if output, code := d.command("sh", "-e", "import.sh"); code != 0 {
		t.Fatalf("import.sh: exit code %d\n%s", code, output)
	}
	imported(t, d)
}

func absolute(t *testing.T, command string) string {
	t.Helper()
	path, err := filepath.Abs(command)
	must(t, err)
	return path
}

func importByID(t *testing.T, d *directory) {
	t.Helper()
	attachedMeanwhile(d)
	d.remove("import-by-identity.tf")
	d.init()
	imported(t, d)
}

func importByIdentity(t *testing.T, d *directory) {
	t.Helper()
	clitest.Needs(t, d.cli, 12, "import blocks take an identity")
	attachedMeanwhile(d)
	d.remove("import-by-string-id.tf")
	d.init()
	imported(t, d)
}
