// Package clitest is for tests that run the provider as people do: as a process that
// Terraform or OpenTofu starts.
package clitest

import (
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// Find is the CLI that the tests drive: the one that plugin-testing would take.
func Find(t testing.TB) string {
	t.Helper()
	path, err := Look()
	if err != nil {
		t.Skip(err)
	}
	return path
}

// Look is Find for who is no test.
func Look() (string, error) {
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path, nil
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("there is no CLI to test with: no terraform or tofu on PATH, and TF_ACC_TERRAFORM_PATH is not set")
}

// Environment is this process's own, without what would sign in to Azure, configure
// the CLI or get in the way of a test, and with what is given.
func Environment(more map[string]string) []string {
	var variables []string
	for _, variable := range emulator.WithoutCredentials(os.Environ()) {
		if !strings.HasPrefix(variable, "TF_") {
			variables = append(variables, variable)
		}
	}
	for name, value := range more {
		variables = append(variables, name+"="+value)
	}
	return append(variables, "TF_CLI_CONFIG_FILE="+os.DevNull, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")
}

var versionLine = regexp.MustCompile(`^(?:Terraform|OpenTofu) v1\.(\d+)\.`)

// minorVersion is the second number of the CLI's version; the first one is 1. The line is how
// the CLI says it.
func minorVersion(t testing.TB, cli string) (minor int, line string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), cli, "version")
	command.Env = Environment(nil)
	output, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ = strings.Cut(string(output), "\n")
	found := versionLine.FindStringSubmatch(line)
	if found == nil {
		t.Fatalf("this is not the version of a CLI: %s", output)
	}
	if minor, err = strconv.Atoi(found[1]); err != nil {
		t.Fatal(err)
	}
	return minor, line
}

// Needs skips a test where the CLI is too old for what is tested, which came to
// Terraform and to OpenTofu with the same version, 1.minor.
func Needs(t testing.TB, cli string, minor int, what string) {
	t.Helper()
	if has, line := minorVersion(t, cli); has < minor {
		t.Skipf("%s from version 1.%d on, and this is %s", what, minor, line)
	}
}
