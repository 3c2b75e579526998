//go:build unix

package docs_test

import (
	"bufio"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
)

// TestDebug follows the debug steps of CONTRIBUTING.md, in three shells: the emulator, the
// provider, and the CLI, which must use that provider. The provider's log must be in the
// provider's shell.
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
	log, program := debugCommand(t)
	inOwnShell := len(m.variables)
	m.variables = append(m.variables, log...)
	provider := m.start(program[0], program[1:]...)
	m.variables = m.variables[:inOwnShell]
	for line := range provider.lines {
		if value, ok := clitest.Reattach(clitest.Find(t), line); ok {
			m.variables = append(m.variables, "TF_REATTACH_PROVIDERS="+value)
			break
		}
	}
	m.variables = append(m.variables, "TF_CLI_ARGS_plan=-no-color")
	// Without init or an installed provider, the CLI can only use the running one.
	output := m.run(".", "terraform -chdir=examples/quickstart plan")
	if !strings.Contains(output, "azureml_batch_compute.example will be created") {
		t.Error("the output is not the plan of the quickstart")
	}
	const request = `"method":"GET"`
	if log := provider.stop(); strings.Count(log, request) < 2 || strings.Contains(log, "sdk.framework") {
		t.Errorf("the provider's shell should have its requests, and no lines of the framework:\n%s", log)
	}
	if strings.Contains(output, request) {
		t.Errorf("the provider's log is in the CLI's shell:\n%s", output)
	}
}

// debugCommand finds the line of CONTRIBUTING.md that starts the provider. It returns its
// variables, and its program with arguments.
func debugCommand(t *testing.T) (variables, program []string) {
	t.Helper()
	for _, line := range commands(t, "CONTRIBUTING.md") {
		words := strings.Fields(withoutComment(line))
		program := slices.DeleteFunc(slices.Clone(words), func(word string) bool { return strings.HasPrefix(word, "TF_LOG") })
		if slices.Equal(program, []string{"bin/terraform-provider-azureml", "-debug"}) {
			return words[:len(words)-len(program)], program
		}
	}
	t.Fatal("CONTRIBUTING.md does not start the provider")
	return nil, nil
}

// process is a command that runs until it is interrupted.
type process struct {
	lines func(yield func(string) bool)
	// stop interrupts it, and returns what it wrote to standard error.
	stop func() string
}

func (m *machine) start(name string, arguments ...string) *process {
	m.t.Helper()
	command := m.command(m.t.Context(), ".", "./"+name, arguments...)
	output, err := command.StdoutPipe()
	must(m.t, err)
	var log strings.Builder
	command.Stderr = &log
	must(m.t, command.Start())
	stop := sync.OnceValue(func() string {
		_ = command.Process.Signal(syscall.SIGINT)
		_, _ = io.Copy(io.Discard, output)
		_ = command.Wait() // An error here is the interrupt.
		return log.String()
	})
	m.t.Cleanup(func() { stop() })
	scanner := bufio.NewScanner(output)
	return &process{func(yield func(string) bool) {
		for scanner.Scan() {
			if !yield(scanner.Text()) {
				return
			}
		}
	}, stop}
}
