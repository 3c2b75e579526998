package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
)

// contender is a provider that is measured.
type contender struct {
	address string // with the host, so that it is the same for each CLI
	version string
	binary  string
	// resource is an HCL block of n computes, by for_each over local.computes.
	resource string
}

func (c contender) name() string { return filepath.Base(c.address) }

// build builds a package of this module the way a release is built.
func build(ctx context.Context, source, binary string) error {
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, source)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", source, err, output)
	}
	return nil
}

// directory is a working directory of the CLI, with one provider.
type directory struct {
	path, cli string
	contender contender
	variables map[string]string
}

func newDirectory(path, cli string, c contender, variables map[string]string) (*directory, error) {
	d := &directory{path, cli, c, variables}
	platform := filepath.Join(path, "terraform.d", "plugins", c.address, c.version, runtime.GOOS+"_"+runtime.GOARCH)
	return d, errors.Join(
		os.MkdirAll(platform, 0o700),
		os.Symlink(c.binary, filepath.Join(platform, "terraform-provider-"+c.name()+"_v"+c.version)))
}

// computeName is the name of the i-th compute.
const computeName = "batch%dx"

// configure writes a configuration of n computes, and runs init.
func (d *directory) configure(ctx context.Context, n int, resource string) error {
	config := fmt.Sprintf(`terraform {
  required_providers {
    %s = {
      source = %q
    }
  }
}

locals {
  computes = { for i in range(%d) : format(%q, i) => i }
}

%s
`, d.contender.name(), d.contender.address, n, computeName, resource)
	if err := os.WriteFile(filepath.Join(d.path, "main.tf"), []byte(config), 0o600); err != nil {
		return err
	}
	_, err := d.run(ctx, "init", "-input=false")
	return err
}

// usage is the time and memory of a run of the CLI.
type usage struct {
	took time.Duration
	// memory is the provider's peak, in bytes, and cpu the CPU time of all its processes;
	// 0 if unknown.
	memory int64
	cpu    time.Duration
}

// run runs the CLI. A command that fails is an error.
func (d *directory) run(ctx context.Context, arguments ...string) (usage, error) {
	command := exec.CommandContext(ctx, d.cli, arguments...) //nolint:gosec // Running the CLI is the purpose.
	command.Dir, command.Env = d.path, clitest.Environment(d.variables)
	watched := watch(d.contender.binary)
	began := time.Now()
	output, err := command.CombinedOutput()
	took := time.Since(began)
	memory, cpu := watched()
	if err != nil {
		return usage{}, fmt.Errorf("%s %s: %w\n%s", filepath.Base(d.cli), strings.Join(arguments, " "), err, output)
	}
	return usage{took, memory, cpu}, nil
}
