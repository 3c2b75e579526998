package clitest

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Serve starts the provider for the rest of the test, with these environment variables, and
// adds the one by which the CLI finds it. Otherwise the CLI starts the provider several
// times for each command, which takes most of the command's time.
func (b *Built) Serve(t testing.TB, cli string, variables map[string]string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), b.Command(t, "terraform-provider-azureml"), "-debug") //nolint:gosec // It was built from here.
	command.Env, command.WaitDelay = Environment(variables), time.Second
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	output, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Wait() }) // An error here is the interrupt.
	for scanner := bufio.NewScanner(output); scanner.Scan(); {
		if value, ok := Reattach(cli, scanner.Text()); ok {
			variables["TF_REATTACH_PROVIDERS"] = value
			return
		}
	}
	t.Fatal("the provider did not start")
}

var reattach = regexp.MustCompile(`TF_REATTACH_PROVIDERS='(.*)'`)

// Reattach finds the value of TF_REATTACH_PROVIDERS in a line that the provider prints for
// Terraform, and returns it for the CLI under test.
func Reattach(cli, line string) (value string, ok bool) {
	found := reattach.FindStringSubmatch(line)
	switch {
	case found == nil:
		return "", false
	case filepath.Base(cli) == "tofu":
		return strings.Replace(found[1], "registry.terraform.io", "registry.opentofu.org", 1), true
	}
	return found[1], true
}
