package batchcompute

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/messages"
)

// Create checks what exists, attaches, and waits, as the Python class's example does.
func (r *Resource) Create(ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	var plan model
	response.Diagnostics.Append(request.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, createTimeout)
	response.Diagnostics.Append(diags...)
	if response.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	compute, adopted, err := r.attachOrAdopt(ctx, plan)
	if compute != nil {
		// From here on the compute belongs in the state, whatever happens next.
		if adopted {
			response.Diagnostics.Append(notInAzureAfterAdopting(compute, plan)...)
		}
		planned, memory := plan, attachedMemory(plan, adopted)
		memory.saw(compute)
		response.Diagnostics.Append(plan.refresh(ctx, compute, memory)...)
		plan.keepPlanned(planned)
		response.Diagnostics.Append(response.State.Set(ctx, &plan)...)
		response.Diagnostics.Append(plan.setIdentity(ctx, response.Identity)...)
		response.Diagnostics.Append(memory.remember(ctx, response.Private)...)
	}
	switch {
	case err != nil && compute != nil:
		response.Diagnostics.Append(didNotSucceed(plan, err))
	case err != nil:
		response.Diagnostics.Append(cannotAttach(plan, err))
	}
}

// attachOrAdopt attaches or adopts the compute, and waits. It returns the compute whenever
// this resource has it in Azure, or may have it, even together with an error.
func (r *Resource) attachOrAdopt(ctx context.Context, plan model) (compute *azureml.BatchCompute, adopted bool, err error) {
	workspace, err := r.workspace(plan)
	if err != nil {
		return nil, false, err
	}
	hold, err := workspace.Hold(ctx, plan.Name.ValueString())
	if err != nil {
		return nil, false, err
	}
	defer hold.Release()
	if err := hold.Own(plan.BatchAccountID.ValueString()); err != nil {
		return nil, false, err
	}
	end := workspace.Prefetch(ctx, plan.Name.ValueString(), plan.attachConfiguration().Location)
	defer end()
	compute, err = r.check(ctx, workspace, plan)
	adopted = compute != nil
	if compute == nil && err == nil {
		r.run.preflight.stopped.Store(true)
		compute, err = attachAndWait(ctx, workspace, plan.Name.ValueString(), plan.attachConfiguration())
	}
	if compute == nil {
		hold.Disown()
	}
	return compute, adopted, err
}

// check returns the compute to adopt, or nil if the name is free. It waits for a compute
// that is being detached.
func (r *Resource) check(ctx context.Context, workspace *azureml.Workspace, plan model) (*azureml.BatchCompute, error) {
	found, err := workspace.LookUp(ctx, plan.Name.ValueString())
	for found.Batch != nil && found.Batch.Deleting() {
		found, err = found.Batch.WaitUntilFree(ctx)
	}
	existing := found.Batch
	switch {
	case err != nil:
		return nil, err
	case found.WorkspaceGone():
		return nil, found.NotFound
	case found.Free():
		return nil, nil //nolint:nilnil // a free name is not an error
	case existing == nil || !plan.AdoptExisting.ValueBool():
		return nil, &azureml.ExistsError{Found: found}
	}
	err = plan.adoptable(ctx, existing)
	if _, detached := errors.AsType[*azureml.NeverSeenError](err); detached {
		return nil, nil //nolint:nilnil // during the wait, its name became free
	}
	if err != nil {
		return nil, err
	}
	return existing, nil
}

// attachAndWait attaches the account and waits. The compute is not nil whenever it may exist.
func attachAndWait(ctx context.Context, workspace *azureml.Workspace, name string, configuration azureml.AttachConfiguration) (*azureml.BatchCompute, error) {
	compute, err := workspace.Attach(ctx, name, configuration)
	if err != nil {
		return compute, err
	}
	return compute, compute.WaitForCompletion(ctx)
}

func cannotAttach(plan model, err error) diag.Diagnostic {
	detail := messages.Detail(err)
	if exists, ok := errors.AsType[*azureml.ExistsError](err); ok {
		detail = nameTaken(exists, plan.BatchAccountID)
	} else if owned, ok := errors.AsType[*azureml.OwnedError](err); ok {
		detail = ownedByAnother(owned)
	} else if second, ok := errors.AsType[*azureml.SecondAttachmentError](err); ok {
		detail = attachedTwice(second)
	} else if _, ok := errors.AsType[*azureml.InterruptedError](err); ok {
		detail += "\n\nThis run attached nothing. The next apply continues from what exists then." + moreTime(err, "create")
	}
	return diag.NewErrorDiagnostic(fmt.Sprintf("Cannot attach the Batch account as compute %q", plan.Name.ValueString()), detail+ifReplaced(err))
}

// didNotSucceed is the error of an attach that was accepted, or may have been: the
// compute is in the state, and Terraform marks it as tainted.
func didNotSucceed(plan model, err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic(
		fmt.Sprintf("The attach of compute %q did not succeed", plan.Name.ValueString()),
		messages.Detail(err)+"\n\nThe compute is in the state, marked as tainted: the next apply detaches it, if it exists, and attaches it again. "+
			"If it is healthy, or you fix it in Azure, run \"terraform untaint\" with this resource's address to keep it as it is."+
			moreTime(err, "create"))
}
