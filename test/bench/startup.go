package main

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// startUp is the cost of a provider before it does anything.
type startUp struct {
	size int64 // of the stripped binary, in bytes
	// Ratios to the empty provider's time: for `providers schema`, and for a plan without resources.
	schema, nothing float64
	first           cell
}

// firstPlan is the plan of a compute that is not attached: it signs in and runs preflight.
var firstPlan = step{"first plan", []string{"plan", "-input=false"}, 0}

// starts is how often each start is measured; odd, for the median.
const starts = 9

func (b *bench) startUp(ctx context.Context, c contender) (s startUp, err error) {
	info, err := os.Stat(c.binary)
	if err != nil {
		return s, err
	}
	s.size = info.Size()
	e, first, err := b.prepare(ctx, c, 1, 1, emulator.WithLatency(near))
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	emptyFirst, err1 := b.directory(ctx, b.empty, 1, 1, idle)
	bare, emptyBare := c, b.empty
	bare.resource, emptyBare.resource = noResource, noResource
	nothing, err2 := b.directory(ctx, bare, 0, 1, e.Environment())
	emptyNothing, err3 := b.directory(ctx, emptyBare, 0, 1, nil)
	if err := errors.Join(err1, err2, err3); err != nil {
		return s, err
	}
	s.schema, err1 = inTurn(ctx, nothing, emptyNothing, "providers", "schema", "-json")
	s.nothing, err2 = inTurn(ctx, nothing, emptyNothing, "plan", "-input=false")
	if err := errors.Join(err1, err2); err != nil {
		return s, err
	}
	var plans []cell
	for range starts {
		plan, err := b.one(ctx, firstPlan, e, first, emptyFirst)
		if err != nil {
			return s, err
		}
		plan.n, plan.workspaces, plan.latency = 1, 1, near
		plans = append(plans, plan)
	}
	s.first = median(plans)
	return s, nil
}

// inTurn runs a command in two directories in turn, and returns the ratio of the medians.
func inTurn(ctx context.Context, d, empty *directory, arguments ...string) (float64, error) {
	var ours, theirs []time.Duration
	for range starts {
		one, err1 := d.run(ctx, arguments...)
		other, err2 := empty.run(ctx, arguments...)
		if err := errors.Join(err1, err2); err != nil {
			return 0, err
		}
		ours, theirs = append(ours, one.took), append(theirs, other.took)
	}
	slices.Sort(ours)
	slices.Sort(theirs)
	return ours[starts/2].Seconds() / theirs[starts/2].Seconds(), nil
}

// bareAttach attaches one compute without preflight, and counts the requests except the
// polls, whose number depends on the operation's duration.
func (b *bench) bareAttach(ctx context.Context, c contender) (one cell, err error) {
	e, d, err := b.prepare(ctx, c, 1, 1, emulator.WithLatency(near), emulator.WithOperationDuration(attach, 0))
	if err != nil {
		return one, err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	d.variables["AZUREML_PREFLIGHT"] = "false"
	used, err := d.run(ctx, steps[0].arguments...)
	requests := slices.DeleteFunc(e.ARMRequests(), func(r emulator.Request) bool { return strings.Contains(r.Path, "/computeOperationsStatus/") })
	return cell{provider: c.name(), step: steps[0], n: 1, workspaces: 1, latency: near, usage: used, requests: len(requests)}, err
}
