// Package steps attaches a Batch account to a workspace under a random name, looks at
// what the service says of it, and detaches it again.
package steps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/test/azure/wire"
)

// What the compute is attached with, to see what the service keeps of it.
const (
	Description = "Attached for a moment by make verify-azure"
	TagName     = "made-by"
	TagValue    = "verify-azure"
)

// The steps, as they are named in the recording.
const (
	Account       = "look at the Batch account"
	ListBefore    = "list"
	Absent        = "look for an absent name"
	Attach        = "attach"
	ReadEarly     = "read while attaching"
	FollowAttach  = "follow the attach"
	Read          = "read"
	ListAfter     = "list after the attach"
	Second        = "attach the account a second time"
	FollowSecond  = "follow the second attach"
	ReadFirst     = "read the first compute after the second attach"
	DetachSecond  = "detach the second compute"
	Detach        = "detach"
	ReadDetaching = "read while detaching"
	FollowDetach  = "follow the detach"
	Gone          = "read the absence"
	CleanUp       = "clean up"
)

// listTime is how long the list may take to show an attached compute.
const listTime = time.Minute

// Run is one verification. It writes to the computes of Names and to nothing else.
type Run struct {
	// Connect makes a client whose requests go through wrap.
	Connect func(wrap func(policy.Transporter) policy.Transporter) (*azureml.Client, error)
	Manager wire.Manager
	// Workspace and BatchAccount are what is attached where.
	Workspace    azureml.WorkspaceID
	BatchAccount string
	// Names are those of the compute, and of the second one.
	Names [2]string
	// Risky sends the second attach, which breaks the first.
	Risky bool
	// Longest is for how long an operation is followed.
	Longest time.Duration
	// Say tells a person what happens.
	Say func(format string, arguments ...any)

	// Problems are what went wrong on the way.
	Problems []Problem
	// Left are the ids of the computes that may still be there.
	Left []string

	recorder  *wire.Recorder
	guard     *wire.Guard
	client    *azureml.Client
	workspace *azureml.Workspace
	attached  map[string]*azureml.BatchCompute // by name, as their attach returned them
	open      map[string]bool                  // whose attach was tried and whose absence is not certain since
	uncertain map[string]bool                  // whose attach got no clear reply
}

// Problem is an error in a step.
type Problem struct {
	Step string
	Err  error
}

// Do goes through the steps and always cleans up. The first context ends the steps, the
// second one ends the cleanup.
func (r *Run) Do(ctx, cleaning context.Context) (err error) {
	r.recorder = &wire.Recorder{Manager: r.Manager}
	r.guard = &wire.Guard{Manager: r.Manager, Computes: []string{r.id(0), r.id(1)}}
	r.attached, r.open, r.uncertain = map[string]*azureml.BatchCompute{}, map[string]bool{}, map[string]bool{}
	if r.client, err = r.connect(false); err != nil {
		return err
	}
	r.workspace = r.client.Workspace(r.Workspace)
	// Deferred, so that not even a panic leaves a compute behind.
	defer func() { err = errors.Join(err, r.cleanUp(cleaning)) }()
	return r.steps(ctx)
}

// Exchanges are what was sent and answered.
func (r *Run) Exchanges() []wire.Exchange { return r.recorder.Exchanges() }

func (r *Run) id(n int) string { return r.Workspace.ComputeID(r.Names[n]) }

// connect makes a client; a blind one sees an empty list of computes.
func (r *Run) connect(blind bool) (*azureml.Client, error) {
	return r.Connect(func(next policy.Transporter) policy.Transporter {
		through := r.recorder.Through(r.guard.Through(next))
		if blind {
			through = wire.Without(r.Workspace.String()+"/computes", r.Manager, through)
		}
		return through
	})
}

// steps stops at the first error after which the rest would be unsafe or say nothing.
func (r *Run) steps(ctx context.Context) error {
	if err := r.prepare(ctx); err != nil {
		return err
	}
	if err := r.attach(ctx, r.workspace, 0, Attach, FollowAttach); err != nil {
		return err
	}
	r.read(ctx, Read)
	r.listUntilThere(ctx)
	if r.Risky {
		if err := r.second(ctx); err != nil {
			return err
		}
	}
	if err := r.detach(ctx, r.Names[0]); err != nil {
		return err
	}
	return ctx.Err()
}

// prepare looks before anything is written: an account that the workspace has attached
// already must not be attached again.
func (r *Run) prepare(ctx context.Context) error {
	r.startStep(Account)
	account, err := azureml.ParseBatchAccountID(r.BatchAccount)
	if err != nil {
		return r.stop(Account, err)
	}
	// An account that these credentials may not read can be attached all the same.
	if exists, err := r.client.BatchAccountExists(ctx, account); err == nil && !exists {
		return r.stop(Account, errors.New("the Batch account does not exist, or these credentials may not see it"))
	}
	r.startStep(ListBefore)
	for compute, err := range r.workspace.BatchComputes(ctx) {
		if err != nil {
			return r.stop(ListBefore, err)
		}
		if azureml.EqualIDs(compute.ClusterResourceID, r.BatchAccount) {
			return r.stop(ListBefore, fmt.Errorf("the workspace has attached this Batch account already, as compute %q: "+
				"a second attachment would break it, so take another Batch account", compute.Name))
		}
	}
	r.startStep(Absent)
	for n := range r.Names {
		_, err := r.workspace.BatchCompute(ctx, r.Names[n])
		if _, free := errors.AsType[*azureml.NotFoundError](err); !free {
			return r.stop(Absent, errors.Join(fmt.Errorf("the name %s is not free", r.Names[n]), err))
		}
	}
	return nil
}

// attach attaches one compute and follows it to its end. An attach that
// fails in Azure is a finding: the compute exists, and the steps go on.
func (r *Run) attach(ctx context.Context, workspace *azureml.Workspace, n int, attaching, following string) error {
	name, description := r.Names[n], Description
	r.startStep(attaching)
	r.open[name] = true
	compute, err := workspace.Attach(ctx, name, azureml.AttachConfiguration{
		ResourceID: r.BatchAccount, Description: &description, Tags: map[string]string{TagName: TagValue},
	})
	if compute != nil {
		r.attached[name] = compute
	}
	if err != nil {
		r.uncertain[name] = compute != nil
		return r.stop(attaching, err)
	}
	if n == 0 {
		r.read(ctx, ReadEarly)
	}
	r.startStep(following)
	ctx, cancel := context.WithTimeout(ctx, r.Longest)
	defer cancel()
	err = compute.WaitForCompletion(ctx)
	if _, failed := errors.AsType[*azureml.ProvisioningError](err); failed {
		r.problem(following, err)
		return nil
	}
	if err != nil {
		return r.stop(following, err)
	}
	return nil
}

// second sends the attach that the provider refuses: of the same account, under another
// name. Its client does not see the first compute.
func (r *Run) second(ctx context.Context) error {
	blind, err := r.connect(true)
	if err != nil {
		return err
	}
	if err := r.attach(ctx, blind.Workspace(r.Workspace), 1, Second, FollowSecond); err != nil {
		if ctx.Err() != nil {
			return err
		}
		// Azure refuses it: that is an answer too.
	}
	r.read(ctx, ReadFirst)
	if !r.guard.Attached(r.id(1)) {
		return nil
	}
	r.startStep(DetachSecond)
	if err := r.remove(ctx, r.Names[1]); err != nil {
		return r.stop(DetachSecond, err)
	}
	return nil
}

// detach detaches the compute in steps of its own, since each is compared.
func (r *Run) detach(ctx context.Context, name string) error {
	r.startStep(Detach)
	compute := r.attached[name]
	if err := compute.Detach(ctx); err != nil {
		return r.stop(Detach, err)
	}
	r.read(ctx, ReadDetaching)
	r.startStep(FollowDetach)
	ctx, cancel := context.WithTimeout(ctx, r.Longest)
	defer cancel()
	if err := compute.WaitForCompletion(ctx); err != nil {
		return r.stop(FollowDetach, err)
	}
	r.startStep(Gone)
	if err := r.confirmGone(ctx, name); err != nil {
		return r.stop(Gone, err)
	}
	return nil
}

// read reads the compute for the recording. What goes wrong is noted.
func (r *Run) read(ctx context.Context, step string) {
	r.startStep(step)
	if _, err := r.workspace.BatchCompute(ctx, r.Names[0]); err != nil {
		if _, gone := errors.AsType[*azureml.NotFoundError](err); gone && step != Read && step != ReadFirst {
			return // In the middle of an operation it may or may not be there.
		}
		r.problem(step, err)
	}
}

// listUntilThere lists until the list has the compute.
func (r *Run) listUntilThere(ctx context.Context) {
	r.startStep(ListAfter)
	for began := time.Now(); ctx.Err() == nil; {
		for compute, err := range r.workspace.BatchComputes(ctx) {
			if err != nil {
				r.problem(ListAfter, err)
				return
			}
			if compute.Name == r.Names[0] {
				return
			}
		}
		if time.Since(began) > listTime {
			r.problem(ListAfter, fmt.Errorf("the list does not have the compute %v after the attach", listTime))
			return
		}
		pause(ctx, time.Second)
	}
}

func (r *Run) startStep(step string) {
	r.recorder.Step(step)
	r.Say("%s", step)
}

func (r *Run) problem(step string, err error) {
	r.Problems = append(r.Problems, Problem{step, err})
}

// stop notes what ends the steps.
func (r *Run) stop(step string, err error) error {
	r.problem(step, err)
	return fmt.Errorf("%s: %w", step, err)
}

// pause waits, unless the context ends first.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
