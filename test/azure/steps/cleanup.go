package steps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

const (
	// removalTime is how long a failing removal is retried.
	removalTime = 5 * time.Minute
	// cleanUpTime is how long the cleanup may take at least, however short Longest is.
	cleanUpTime = 2 * removalTime
	// absenceTime is how long a compute must stay absent if the reply to its attach was
	// lost: Azure may still be processing the request.
	absenceTime = time.Minute
	// retryInterval is the interval between two removals, or two reads.
	retryInterval = 5 * time.Second
)

// cleanUp removes every compute whose attach was sent. What it cannot remove is in Left.
func (r *Run) cleanUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, max(r.Longest, cleanUpTime))
	defer cancel()
	var problems []error
	for n, name := range r.Names {
		if !r.open[name] || !r.guard.Attached(r.id(n)) {
			continue
		}
		r.startStep(CleanUp)
		r.Say("  removing %s", name)
		if err := r.remove(ctx, name); err != nil {
			r.problem(CleanUp, err)
			problems = append(problems, fmt.Errorf("could not remove compute %s: %w", name, err))
			r.Left = append(r.Left, r.id(n))
		}
	}
	return errors.Join(problems...)
}

// remove detaches a compute of this run, and returns once it is certainly gone.
func (r *Run) remove(ctx context.Context, name string) error {
	for began := time.Now(); ; {
		err := r.removeOnce(ctx, name)
		if err == nil || ctx.Err() != nil || time.Since(began) > removalTime {
			return err
		}
		sleep(ctx, retryInterval)
	}
}

func (r *Run) removeOnce(ctx context.Context, name string) error {
	compute := r.attached[name]
	if current, err := r.workspace.BatchCompute(ctx, name); err == nil {
		compute = current
	} else if _, absent := errors.AsType[*azureml.NotFoundError](err); absent {
		return r.confirmGone(ctx, name)
	} else if compute == nil {
		return err
	}
	if err := compute.Detach(ctx); err != nil {
		return err
	}
	if err := compute.WaitForCompletion(ctx); err != nil {
		return err
	}
	return r.confirmGone(ctx, name)
}

// confirmGone returns an error if the compute exists. If the attach got a reply, one 404
// is enough.
func (r *Run) confirmGone(ctx context.Context, name string) error {
	for began := time.Now(); ; {
		existing, err := r.workspace.BatchCompute(ctx, name)
		if err == nil {
			return fmt.Errorf("compute %s is still there, in state %s", name, existing.ProvisioningState)
		}
		if _, absent := errors.AsType[*azureml.NotFoundError](err); !absent {
			return err
		}
		if !r.uncertain[name] || time.Since(began) >= absenceTime {
			delete(r.open, name)
			return nil
		}
		if sleep(ctx, retryInterval); ctx.Err() != nil {
			return fmt.Errorf("compute %s does not exist now, but may still appear, because its attach got no reply: %w", name, ctx.Err())
		}
	}
}

// Removal returns the command that removes a compute, by the detach that the provider
// sends.
func Removal(id, apiVersion string) string {
	return fmt.Sprintf("az rest --method delete --url '%s?api-version=%s&underlyingResourceAction=detach'", id, apiVersion)
}
