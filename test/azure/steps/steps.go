// Package steps attaches a Batch account to a workspace under a random name, reads it in
// every way that the provider does, and detaches it again.
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

// The compute is attached with these, to see whether the service keeps them.
const (
	Description = "Attached for a moment by make verify-azure"
	TagName     = "made-by"
	TagValue    = "verify-azure"
)

// The steps, as they are named in the recording.
const (
	Account       = "read the Batch account"
	ListBefore    = "list"
	Absent        = "read an absent compute"
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
	Gone          = "read after the detach"
	CleanUp       = "clean up"
)

// listTime is how long the list may take to show an attached compute.
const listTime = time.Minute

// Run is one verification. It writes only to the computes in Names.
type Run struct {
	// Connect builds a client whose requests go through wrap.
	Connect func(wrap func(policy.Transporter) policy.Transporter) (*azureml.Client, error)
	Manager wire.Manager
	// BatchAccount is the id of the account that is attached to Workspace.
	Workspace    azureml.WorkspaceID
	BatchAccount string
	// Names are the names of the first and of the second compute.
	Names [2]string
	// Risky adds the second attach, which breaks the first.
	Risky bool
	// Longest is how long to wait for an operation.
	Longest time.Duration
	// Say prints progress.
	Say func(format string, arguments ...any)

	// Problems are the errors of the steps.
	Problems []Problem
	// Left are the ids of the computes that may still exist.
	Left []string

	recorder  *wire.Recorder
	guard     *wire.Guard
	client    *azureml.Client
	workspace *azureml.Workspace
	attached  map[string]*azureml.BatchCompute // by name, as returned by Attach
	open      map[string]bool                  // by name: attach was tried, and absence is not confirmed since
	uncertain map[string]bool                  // by name: attach got no clear reply
}

// Problem is an error in a step.
type Problem struct {
	Step string
	Err  error
}

// Do runs the steps and always cleans up. The first context ends the steps, the second one
// ends the cleanup.
func (r *Run) Do(ctx, cleanup context.Context) (err error) {
	r.recorder = &wire.Recorder{Manager: r.Manager}
	r.guard = &wire.Guard{Manager: r.Manager, Computes: []string{r.id(0), r.id(1)}}
	r.attached, r.open, r.uncertain = map[string]*azureml.BatchCompute{}, map[string]bool{}, map[string]bool{}
	if r.client, err = r.connect(false); err != nil {
		return err
	}
	r.workspace = r.client.Workspace(r.Workspace)
	// Deferred, so that even a panic leaves no compute behind.
	defer func() { err = errors.Join(err, r.cleanUp(cleanup)) }()
	return r.steps(ctx)
}

// Exchanges returns the requests that were sent, with their replies.
func (r *Run) Exchanges() []wire.Exchange { return r.recorder.Exchanges() }

func (r *Run) id(n int) string { return r.Workspace.ComputeID(r.Names[n]) }

// connect builds a client; a blind one sees an empty list of computes.
func (r *Run) connect(blind bool) (*azureml.Client, error) {
	return r.Connect(func(next policy.Transporter) policy.Transporter {
		through := r.recorder.Through(r.guard.Through(next))
		if blind {
			through = wire.Without(r.Workspace.String()+"/computes", r.Manager, through)
		}
		return through
	})
}

// steps stops at the first error after which the rest would be unsafe or meaningless.
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

// prepare checks before anything is written that the workspace has not attached the
// account already, and that the names are free.
func (r *Run) prepare(ctx context.Context) error {
	r.startStep(Account)
	account, err := azureml.ParseBatchAccountID(r.BatchAccount)
	if err != nil {
		return r.stop(Account, err)
	}
	// An account that these credentials may not read can be attached all the same.
	if exists, err := r.client.BatchAccountExists(ctx, account); err == nil && !exists {
		return r.stop(Account, errors.New("the Batch account does not exist, or these credentials have no permission to read it"))
	}
	r.startStep(ListBefore)
	for compute, err := range r.workspace.BatchComputes(ctx) {
		if err != nil {
			return r.stop(ListBefore, err)
		}
		if azureml.EqualIDs(compute.ClusterResourceID, r.BatchAccount) {
			return r.stop(ListBefore, fmt.Errorf("the workspace has attached this Batch account already, as compute %q: "+
				"a second attachment would break it, so use another Batch account", compute.Name))
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

// attach attaches one compute and waits for the end. An attach that fails in Azure does not
// end the steps: the compute exists, and its replies are compared.
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

// second attaches the same account under another name, which the provider refuses to do:
// the client is blind to the first compute.
func (r *Run) second(ctx context.Context) error {
	blind, err := r.connect(true)
	if err != nil {
		return err
	}
	if err := r.attach(ctx, blind.Workspace(r.Workspace), 1, Second, FollowSecond); err != nil {
		if ctx.Err() != nil {
			return err
		}
		// A refusal by Azure is a result too.
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

// detach detaches the compute in separate steps, so that each is compared.
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

// read reads the compute for the recording. An error is noted as a problem.
func (r *Run) read(ctx context.Context, step string) {
	r.startStep(step)
	if _, err := r.workspace.BatchCompute(ctx, r.Names[0]); err != nil {
		if _, gone := errors.AsType[*azureml.NotFoundError](err); gone && step != Read && step != ReadFirst {
			return // During an operation, the compute may or may not exist.
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
		sleep(ctx, time.Second)
	}
}

func (r *Run) startStep(step string) {
	r.recorder.Step(step)
	r.Say("%s", step)
}

func (r *Run) problem(step string, err error) {
	r.Problems = append(r.Problems, Problem{step, err})
}

// stop notes the error that ends the steps.
func (r *Run) stop(step string, err error) error {
	r.problem(step, err)
	return fmt.Errorf("%s: %w", step, err)
}

// sleep waits for a duration, or until the context ends.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
