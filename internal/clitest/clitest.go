// Package clitest is for tests that run the provider as users do: as a process that
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

// Find returns the path of the CLI under test, the same one that plugin-testing runs. It
// skips the test where there is none.
func Find(t testing.TB) string {
	t.Helper()
	path, err := Look()
	if err != nil {
		t.Skip(err)
	}
	return path
}

// Look is Find for callers that are not tests.
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

// Environment is this process's own without variables that sign in to Azure, configure the
// CLI or tune the garbage collector, and with more.
func Environment(more map[string]string) []string {
	var variables []string
	for _, variable := range emulator.WithoutCredentials(os.Environ()) {
		if !strings.HasPrefix(variable, "TF_") && !strings.HasPrefix(variable, "GOGC=") {
			variables = append(variables, variable)
		}
	}
	for name, value := range more {
		variables = append(variables, name+"="+value)
	}
	return append(variables, "TF_CLI_CONFIG_FILE="+os.DevNull, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")
}

var versionLine = regexp.MustCompile(`^(?:Terraform|OpenTofu) v1\.(\d+)\.`)

// minorVersion is the second number of the CLI's version; the first one is 1. The line is
// the CLI's own.
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
		t.Fatalf("the CLI printed no version: %s", output)
	}
	if minor, err = strconv.Atoi(found[1]); err != nil {
		t.Fatal(err)
	}
	return minor, line
}

// Needs skips a test of a feature that Terraform and OpenTofu both have since version
// 1.minor, when the CLI is older.
func Needs(t testing.TB, cli string, minor int, what string) {
	t.Helper()
	if has, line := minorVersion(t, cli); has < minor {
		t.Skipf("%s from version 1.%d on, and this is %s", what, minor, line)
	}
}
