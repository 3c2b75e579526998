//go:build unix

package docs_test

import (
	"bufio"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
)

// TestDebug follows the debug steps of CONTRIBUTING.md, in three shells: the emulator, the
// provider, and the CLI, which must use that provider.
func TestDebug(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.run(".", "make build")

	serve := m.start("bin/azureml-emulator", "serve")
	for line := range serve.lines {
		if found := regexp.MustCompile(`^export (\w+)='(.*)'$`).FindStringSubmatch(line); found != nil {
			m.variables = append(m.variables, found[1]+"="+found[2])
		}
		// The variables are sorted, and this is the last one.
		if strings.HasPrefix(line, "export REQUESTS_CA_BUNDLE=") {
			break
		}
	}
	provider := m.start("bin/terraform-provider-azureml", "-debug")
	for line := range provider.lines {
		if found := regexp.MustCompile(`TF_REATTACH_PROVIDERS='(.*)'`).FindStringSubmatch(line); found != nil {
			reattach := found[1]
			if filepath.Base(clitest.Find(t)) == "tofu" {
				reattach = strings.Replace(reattach, "registry.terraform.io", "registry.opentofu.org", 1)
			}
			m.variables = append(m.variables, "TF_REATTACH_PROVIDERS="+reattach)
			break
		}
	}
	m.variables = append(m.variables, "TF_CLI_ARGS_plan=-no-color")
	// Without init or an installed provider, the CLI can only use the running one.
	output := m.run(".", "TF_LOG_PROVIDER=DEBUG terraform -chdir=examples/quickstart plan")
	if !strings.Contains(output, "azureml_batch_compute.example will be created") {
		t.Error("the output is not the plan of the quickstart")
	}
}

// process is a command that runs until it is interrupted.
type process struct {
	command *exec.Cmd
	lines   func(yield func(string) bool)
}

func (m *machine) start(name string, arguments ...string) *process {
	m.t.Helper()
	command := m.command(m.t.Context(), ".", "./"+name, arguments...)
	output, err := command.StdoutPipe()
	must(m.t, err)
	must(m.t, command.Start())
	m.t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGINT)
		_, _ = io.Copy(io.Discard, output)
		_ = command.Wait() // An error here is the interrupt.
	})
	scanner := bufio.NewScanner(output)
	return &process{command, func(yield func(string) bool) {
		for scanner.Scan() {
			if !yield(scanner.Text()) {
				return
			}
		}
	}}
}
