package steps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// What cleaning up takes its time for.
const (
	// patience is for how long a removal that goes wrong is tried again.
	patience = 5 * time.Minute
	// doubt is for how long a compute must stay absent whose attach got no clear reply:
	// Azure may still be accepting it.
	doubt = time.Minute
	// between is the pause between two tries, and between two reads.
	between = 5 * time.Second
)

// cleanUp removes every compute whose attach was sent, until none is there. What it
// cannot remove is in Left.
func (r *Run) cleanUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, r.Longest)
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

// remove detaches a compute of this run, and returns when it is certainly gone.
func (r *Run) remove(ctx context.Context, name string) error {
	for began := time.Now(); ; {
		err := r.removeOnce(ctx, name)
		if err == nil || ctx.Err() != nil || time.Since(began) > patience {
			return err
		}
		pause(ctx, between)
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

// confirmGone is an error while the compute is there. After a clear reply to the attach
// one 404 is enough.
func (r *Run) confirmGone(ctx context.Context, name string) error {
	for began := time.Now(); ; {
		existing, err := r.workspace.BatchCompute(ctx, name)
		if err == nil {
			return fmt.Errorf("compute %s is still there, in state %s", name, existing.ProvisioningState)
		}
		if _, absent := errors.AsType[*azureml.NotFoundError](err); !absent {
			return err
		}
		if !r.uncertain[name] || time.Since(began) >= doubt {
			delete(r.open, name)
			return nil
		}
		if pause(ctx, between); ctx.Err() != nil {
			return fmt.Errorf("compute %s is not there now, but Azure has not answered its attach: %w", name, ctx.Err())
		}
	}
}

// Removal is the command that removes a compute: the detach that the provider sends.
func Removal(id, apiVersion string) string {
	return fmt.Sprintf("az rest --method delete --url '%s?api-version=%s&underlyingResourceAction=detach'", id, apiVersion)
}
