//go:build unix

// Package realcli runs the provider as people do: as a process that Terraform or
// OpenTofu starts. It looks at what no test within one process can see: what is left
// when one of the two is interrupted or killed, and what is written down meanwhile.
package realcli_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/provider"
)

const version = "0.1.0"

func TestMain(m *testing.M) {
	waitSideBySide()
	goleak.VerifyTestMain(m, goleak.Cleanup(func(exitCode int) {
		if err := removeBuilt(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			exitCode = 1
		}
		os.Exit(exitCode)
	}))
}

// waitSideBySide lets more tests run at a time than there are processors, unless
// -parallel says how many: most of what they do is to wait.
func waitSideBySide() {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if !given {
		if err := flag.Set("test.parallel", "6"); err != nil {
			panic(err)
		}
	}
}

var slowToo = os.Getenv("AZUREML_TEST_SLOW") != ""

// slow marks a test that takes more than a few seconds.
func slow(t *testing.T) {
	t.Helper()
	if !slowToo {
		t.Skip("this takes some seconds: `make test-slow` runs it, or AZUREML_TEST_SLOW=1")
	}
}

// findCLI is the CLI that the tests drive: the one that plugin-testing would take.
func findCLI(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("there is no CLI to test with: no terraform or tofu on PATH, and TF_ACC_TERRAFORM_PATH is not set")
	return ""
}

var built struct {
	sync.Mutex
	plugins string
	err     error
}

// plugins is a directory with the provider, built from this source, where either CLI
// looks for it. It is built once.
func plugins(t *testing.T) string {
	t.Helper()
	built.Lock()
	defer built.Unlock()
	if built.plugins == "" && built.err == nil {
		built.plugins, built.err = build()
	}
	if built.err != nil {
		t.Fatal(built.err)
	}
	return built.plugins
}

func build() (string, error) {
	dir, err := os.MkdirTemp("", "azureml-realcli-")
	if err != nil {
		return "", err
	}
	// With its host, the address is the same to each CLI. That it is taken from the
	// provider lets go test see that the provider has changed since the last run.
	for _, plugin := range []struct{ address, version, source string }{
		{provider.Address, version, "../.."},
		{azapiAddress, azapiVersion, "./azapistub"},
	} {
		platform := filepath.Join(dir, plugin.address, plugin.version, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(platform, 0o700); err != nil {
			return dir, err
		}
		binary := filepath.Join(platform, "terraform-provider-"+filepath.Base(plugin.address))
		command := exec.Command("go", "build", "-o", binary, plugin.source)
		if output, err := command.CombinedOutput(); err != nil {
			return dir, fmt.Errorf("go build %s: %w\n%s", plugin.source, err, output)
		}
	}
	return dir, nil
}

func removeBuilt() error {
	built.Lock()
	defer built.Unlock()
	if built.plugins == "" {
		return nil
	}
	return os.RemoveAll(built.plugins)
}

// environment is this process's own, without what would sign in to Azure, configure
// the CLI or get under way of a test, and with what is given.
func environment(more map[string]string) []string {
	var variables []string
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if !strings.HasPrefix(name, "ARM_") && !strings.HasPrefix(name, "AZURE") && !strings.HasPrefix(name, "TF_") {
			variables = append(variables, variable)
		}
	}
	for name, value := range more {
		variables = append(variables, name+"="+value)
	}
	return append(variables, "TF_CLI_CONFIG_FILE="+os.DevNull, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")
}
