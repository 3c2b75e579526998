package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// Settings of the service and of Terraform.
const (
	attach      = 2 * time.Second
	detach      = time.Second
	pageSize    = 100
	parallelism = 10 // Terraform's default
	// inWorkspaces is the number of computes that are also measured with a workspace each.
	inWorkspaces = 100
	// refill is how long Resource Manager takes to refill the budget of reads.
	refill = 10 * time.Second
	// mostOfOther is the largest number of computes that another provider is measured with.
	mostOfOther = 100
	// mostFar is how many computes are measured far from the service, too.
	mostFar = 100
)

// How long a call takes, near the service and far from it.
const (
	near = 50 * time.Millisecond
	far  = 200 * time.Millisecond
)

// step is a command in the life cycle of the computes.
type step struct {
	name      string
	arguments []string
	// operation is how long the service takes for one compute; 0 for a read.
	operation time.Duration
}

var steps = []step{
	{"apply", []string{"apply", "-auto-approve", "-input=false"}, attach},
	{"plan", []string{"plan", "-input=false", "-detailed-exitcode"}, 0},
	{"refresh", []string{"apply", "-refresh-only", "-auto-approve", "-input=false"}, 0},
	{"destroy", []string{"destroy", "-auto-approve", "-input=false"}, detach},
}

// service returns the service's part of the limit, for n computes in a number of workspaces.
func (s step) service(n, workspaces int, latency time.Duration) time.Duration {
	if s.operation > 0 {
		return time.Duration(waves(n)) * (s.operation + 2*latency)
	}
	return time.Duration(waves(workspaces)) * latency
}

// waves returns how many rounds n computes take, ten at a time.
func waves(n int) int { return (n + parallelism - 1) / parallelism }

// cell is the measurement of one command for one number of computes.
type cell struct {
	provider      string
	step          step
	n, workspaces int
	latency       time.Duration
	usage
	alone               time.Duration // Terraform alone: the time with the empty provider
	requests, throttled int
}

func (c cell) limit() time.Duration { return c.alone + c.step.service(c.n, c.workspaces, c.latency) }

func (c cell) ratio() float64 { return c.took.Seconds() / c.limit().Seconds() }

// bench runs the measurements.
type bench struct {
	work, cli string
	dirs      int
	empty     contender
}

// measure runs all measurements, one after the other.
func measure(ctx context.Context, work string, sizes []int, other string) (*results, error) {
	cli, err := clitest.Look()
	if err != nil {
		return nil, err
	}
	b := &bench{work: work, cli: cli, empty: contender{
		"registry.terraform.io/terraform-provider-azureml/empty", "0.1.0", filepath.Join(work, "empty"), emptyResource,
	}}
	ours := contender{clitest.Azureml.Address, clitest.Azureml.Version, filepath.Join(work, "azureml"), azuremlResource}
	for source, binary := range map[string]string{".": ours.binary, "./test/bench/emptyprovider": b.empty.binary} {
		if err := build(ctx, source, binary); err != nil {
			return nil, err
		}
	}
	r := &results{cli: filepath.Base(cli)}
	if r.start, err = b.startUp(ctx, ours); err != nil {
		return nil, err
	}
	if err := b.sizes(ctx, r, ours, sizes); err != nil {
		return nil, err
	}
	if r.bare, err = b.bareAttach(ctx, ours); err != nil {
		return nil, err
	}
	if r.late, err = b.lateness(ctx, ours); err != nil {
		return nil, err
	}
	if other == "" {
		return r, nil
	}
	azapi := contender{"registry.terraform.io/azure/azapi", "2.0.0", other, azapiResource}
	if r.other, err = b.startUp(ctx, azapi); err != nil {
		return nil, err
	}
	few := slices.DeleteFunc(slices.Clone(sizes), func(n int) bool { return n > mostOfOther })
	if err := b.sizes(ctx, r, azapi, few); err != nil {
		return nil, err
	}
	r.otherLate, err = b.lateness(ctx, azapi)
	return r, err
}

// sizes measures a provider with each number of computes.
func (b *bench) sizes(ctx context.Context, r *results, c contender, sizes []int) error {
	for _, n := range sizes {
		if err := b.lifeCycle(ctx, r, c, n, 1, near); err != nil {
			return err
		}
	}
	if slices.Contains(sizes, inWorkspaces) {
		if err := b.lifeCycle(ctx, r, c, inWorkspaces, inWorkspaces, near); err != nil {
			return err
		}
	}
	for _, n := range sizes {
		if n > mostFar {
			continue
		}
		if err := b.lifeCycle(ctx, r, c, n, 1, far); err != nil {
			return err
		}
	}
	return nil
}

// lifeCycle measures the steps of n computes, and of as many with the empty provider. Short
// commands are repeated, in turn with the empty provider's, and their median is kept.
func (b *bench) lifeCycle(ctx context.Context, r *results, c contender, n, workspaces int, latency time.Duration) (err error) {
	e, d, err := b.prepare(ctx, c, n, workspaces, emulator.WithLatency(latency), emulator.WithOperationDuration(attach, detach))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	empty, err := b.directory(ctx, b.empty, n, workspaces, idle)
	if err != nil {
		return err
	}
	cells := map[string][]cell{}
	for range rounds(n) {
		for _, s := range steps {
			repeats := 1
			if s.operation == 0 {
				repeats = max(3, rounds(n/10))
			}
			for range repeats {
				if n >= pageSize { // so that the last step's requests do not throttle this one
					select {
					case <-time.After(refill):
					case <-ctx.Done():
						return ctx.Err()
					}
				}
				one, err := b.one(ctx, s, e, d, empty)
				if err != nil {
					return err
				}
				one.n, one.workspaces, one.latency = n, workspaces, latency
				cells[s.name] = append(cells[s.name], one)
			}
		}
	}
	for _, s := range steps {
		middle := median(cells[s.name])
		fmt.Fprintf(os.Stderr, "%s %s of %d at %s a call: %.2f of the limit\n", c.name(), s.name, n, latency, middle.ratio())
		r.cells = append(r.cells, middle)
	}
	return nil
}

// one runs a step once, in turn with the empty provider.
func (b *bench) one(ctx context.Context, s step, e *emulator.Emulator, d, empty *directory) (cell, error) {
	alone, err := empty.run(ctx, s.arguments...)
	if err != nil {
		return cell{}, err
	}
	e.ResetLog()
	used, err := d.run(ctx, s.arguments...)
	requests := e.ARMRequests()
	throttled := 0
	for _, request := range requests {
		if request.Status == http.StatusTooManyRequests {
			throttled++
		}
	}
	return cell{provider: d.contender.name(), step: s, usage: used, alone: alone.took, requests: len(requests), throttled: throttled}, err
}

func rounds(n int) int {
	switch {
	case n <= 1:
		return 5
	case n <= 10:
		return 3
	}
	return 1
}

// median returns the cell with the median ratio, and with the maximum memory, CPU time and
// requests.
func median(cells []cell) cell {
	slices.SortFunc(cells, func(a, b cell) int { return int(1e6 * (a.ratio() - b.ratio())) })
	middle := cells[len(cells)/2]
	for _, c := range cells {
		middle.memory, middle.requests = max(middle.memory, c.memory), max(middle.requests, c.requests)
		middle.cpu = max(middle.cpu, c.cpu)
		middle.throttled = max(middle.throttled, c.throttled)
	}
	return middle
}

// prepare starts the service with n Batch accounts, and a directory for n computes.
func (b *bench) prepare(ctx context.Context, c contender, n, workspaces int, options ...emulator.Option) (*emulator.Emulator, *directory, error) {
	options = append(slices.Grow(options, 2+n+workspaces), emulator.WithThrottling(), emulator.WithPageSize(pageSize))
	for i := range n {
		options = append(options, emulator.WithBatchAccount(accountPrefix+fmt.Sprint(i), emulator.DefaultLocation))
	}
	for i := range workspaces {
		options = append(options, emulator.WithWorkspace(workspacePrefix+fmt.Sprint(i), emulator.DefaultLocation))
	}
	e, err := emulator.Start(options...) //nolint:contextcheck // It serves until it is closed.
	if err != nil {
		return nil, nil, err
	}
	variables := e.Environment()
	variables["SSL_CERT_FILE"] = e.CAFile() // for providers without ca_certificate_path
	d, err := b.directory(ctx, c, n, workspaces, variables)
	if err != nil {
		return nil, nil, errors.Join(err, e.Close())
	}
	return e, d, nil
}

// directory returns a directory for n computes in a number of workspaces, ready to apply.
func (b *bench) directory(ctx context.Context, c contender, n, workspaces int, variables map[string]string) (*directory, error) {
	b.dirs++
	d, err := newDirectory(filepath.Join(b.work, fmt.Sprint(b.dirs)), b.cli, c, variables)
	if err != nil {
		return nil, err
	}
	workspace := fmt.Sprintf("%s${each.value %% %d}", workspacePrefix, workspaces)
	return d, d.configure(ctx, n, strings.NewReplacer("WORKSPACE", workspace, "ACCOUNT", accountPrefix).Replace(c.resource))
}

var (
	workspacePrefix = strings.TrimSuffix(emulator.DefaultWorkspaceID, "0")
	accountPrefix   = strings.TrimSuffix(emulator.DefaultBatchAccountID, "0")
)

// idle makes the empty provider offer a resource with this provider's schema.
var idle = map[string]string{"BENCH_RESOURCE": "1"}

// The configuration for each provider; WORKSPACE and ACCOUNT stand for prefixes of ids.
const (
	emptyResource = `resource "empty_batch_compute" "all" {
  for_each         = local.computes
  name             = each.key
  workspace_id     = "WORKSPACE"
  batch_account_id = "ACCOUNT${each.value}"
}`
	azuremlResource = `resource "azureml_batch_compute" "all" {
  for_each         = local.computes
  name             = each.key
  workspace_id     = "WORKSPACE"
  batch_account_id = "ACCOUNT${each.value}"
}`
	azapiResource = `resource "azapi_resource" "all" {
  for_each                  = local.computes
  type                      = "Microsoft.MachineLearningServices/workspaces/computes@2020-02-02"
  schema_validation_enabled = false
  name                      = each.key
  parent_id                 = "WORKSPACE"
  location                  = "westeurope"
  body = {
    properties = {
      computeType = "Batch"
      resourceId  = "ACCOUNT${each.value}"
    }
  }
}`
	// noResource is for a provider that is required but has no resource.
	noResource = `output "nothing" {
  value = 0
}`
)
