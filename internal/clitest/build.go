package clitest

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/provider"
)

const module = "github.com/terraform-provider-azureml/terraform-provider-azureml"

// A Plugin is a provider that tests need.
type Plugin struct {
	Address, Version string
	// Source is the package that it is built from, below this module.
	Source string
}

// Azureml is the provider itself. Its address comes from the provider's package, so that go
// test does not reuse a cached result after the provider has changed.
var Azureml = Plugin{provider.Address, "0.1.0", ""}

// AzapiStub stands in for azapi.
var AzapiStub = Plugin{"registry.terraform.io/azure/azapi", "2.0.0", "test/realcli/azapistub"}

// AzurermStub has the schemas of azurerm that the examples mock.
var AzurermStub = Plugin{"registry.terraform.io/hashicorp/azurerm", "4.0.0", "test/examples/azurermstub"}

// OrobixStub has the schemas of the other provider that is called azureml.
var OrobixStub = Plugin{"registry.terraform.io/orobix/azureml", "0.0.2", "test/examples/orobixstub"}

// Built is what a package's tests build from this source: once, and only if one of
// them needs it.
type Built struct {
	Plugins  []Plugin
	Commands []string // packages below this module

	once sync.Once
	dir  string
	err  error
}

// PluginsDir is a directory with the plugins where either CLI looks for them.
func (b *Built) PluginsDir(t testing.TB) string {
	t.Helper()
	return filepath.Join(b.build(t), "plugins")
}

// Command is the path of a command, or of a plugin by the name of its package.
func (b *Built) Command(t testing.TB, name string) string {
	t.Helper()
	return filepath.Join(b.build(t), name)
}

func (b *Built) build(t testing.TB) string {
	t.Helper()
	b.once.Do(func() {
		if b.dir, b.err = os.MkdirTemp("", "azureml-clitest-"); b.err != nil { //nolint:usetesting // It outlives the first test.
			return
		}
		sources := slices.Clone(b.Commands)
		for _, plugin := range b.Plugins {
			sources = append(sources, plugin.Source)
		}
		if b.err = goBuild(b.dir, sources); b.err != nil {
			return
		}
		for _, plugin := range b.Plugins {
			b.err = errors.Join(b.err, plugin.install(b.dir))
		}
	})
	if b.err != nil {
		t.Fatal(b.err)
	}
	return b.dir
}

// install puts a plugin that was built in a directory below the default registry host of
// each CLI.
func (p Plugin) install(dir string) error {
	binary := filepath.Join(dir, path.Base(path.Join(module, p.Source)))
	name := "terraform-provider-" + filepath.Base(p.Address)
	_, address, _ := strings.Cut(p.Address, "/")
	var err error
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		to := filepath.Join(dir, "plugins", host, address, p.Version, runtime.GOOS+"_"+runtime.GOARCH)
		err = errors.Join(err, os.MkdirAll(to, 0o700), os.Link(binary, filepath.Join(to, name)))
	}
	return err
}

// goBuild builds packages of this module in one go, so that they are linked in parallel.
func goBuild(dir string, sources []string) error {
	arguments := make([]string, 0, 5+len(sources))
	arguments = append(arguments, "build", "-trimpath", "-ldflags=-s -w", "-o", dir+string(filepath.Separator))
	for _, source := range sources {
		arguments = append(arguments, path.Join(module, source))
	}
	command := exec.Command("go", arguments...) //nolint:noctx // The tests wait for it.
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", strings.Join(sources, " "), err, output)
	}
	return nil
}

func (b *Built) remove() error {
	if b.dir == "" {
		return nil
	}
	return os.RemoveAll(b.dir)
}

// Main runs a package's tests, checks for leaked goroutines, and removes what was built.
// Unless -parallel is given, more tests run in parallel than there are processors, because
// they mostly wait.
func Main(m *testing.M, built *Built, parallel string) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if !given {
		if err := flag.Set("test.parallel", parallel); err != nil {
			panic(err)
		}
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(exitCode int) {
		if err := built.remove(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			exitCode = 1
		}
		os.Exit(exitCode)
	}))
}
