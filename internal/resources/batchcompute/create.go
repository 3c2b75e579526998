package batchcompute

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/tfvalue"
)

// Create checks what is there, attaches, and waits: the idiom of the class's example.
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

	workspaceID, err := azureml.ParseWorkspaceID(plan.WorkspaceID.ValueString())
	if err != nil {
		response.Diagnostics.AddAttributeError(path.Root("workspace_id"), "Invalid workspace_id", tfvalue.Sentence(err))
		return
	}
	workspace := r.client.Workspace(workspaceID)
	existing, err := r.check(ctx, workspace, plan)
	if err != nil {
		response.Diagnostics.Append(cannotAttach(plan, err))
		return
	}
	if existing != nil {
		plan.refresh(existing)
		response.Diagnostics.Append(response.State.Set(ctx, &plan)...)
		response.Diagnostics.Append(plan.setIdentity(ctx, response.Identity)...)
		return
	}
	r.attach(ctx, workspace, plan, response)
}

// check looks for a compute of the planned name: none, one to adopt, or one that is
// in the way. One that is being detached is waited for.
func (r *Resource) check(ctx context.Context, workspace *azureml.Workspace, plan model) (*azureml.BatchCompute, error) {
	found, err := workspace.LookUp(ctx, plan.Name.ValueString())
	existing := found.Batch
	switch {
	case err != nil:
		return nil, err
	case found.WorkspaceGone():
		return nil, found.NotFound
	case found.Free():
		return nil, nil //nolint:nilnil // nothing there is what an attach hopes for
	case existing != nil && existing.Deleting():
		return nil, existing.WaitUntilFree(ctx)
	case existing == nil || !plan.AdoptExisting.ValueBool():
		return nil, &azureml.ExistsError{Found: found}
	}
	return existing, r.adoptable(ctx, existing, plan)
}

// adoptable refuses a compute that taking over as it is would not make what the plan
// says. One that is still being attached is waited for.
func (r *Resource) adoptable(ctx context.Context, existing *azureml.BatchCompute, plan model) error {
	if !azureml.EqualIDs(existing.ClusterResourceID, plan.BatchAccountID.ValueString()) {
		return &otherAccountError{existing, plan.BatchAccountID.ValueString()}
	}
	err := existing.WaitForCompletion(ctx)
	if existing.Failed() {
		return &azureml.ExistsError{Found: azureml.Lookup{Batch: existing}}
	}
	if differences := plan.differencesFrom(existing); err == nil && len(differences) > 0 {
		return &differsError{existing, differences}
	}
	return err
}

// attach attaches and waits. As soon as the service may have accepted, the compute
// belongs in the state, whatever happens to the rest.
func (r *Resource) attach(ctx context.Context, workspace *azureml.Workspace, plan model, response *resource.CreateResponse) {
	configuration, diags := plan.attachConfiguration(ctx)
	response.Diagnostics.Append(diags...)
	if response.Diagnostics.HasError() {
		return
	}
	compute, err := workspace.Attach(ctx, plan.Name.ValueString(), configuration)
	if err == nil {
		err = compute.WaitForCompletion(ctx)
	}
	if compute != nil {
		plan.refresh(compute)
		response.Diagnostics.Append(response.State.Set(ctx, &plan)...)
		response.Diagnostics.Append(plan.setIdentity(ctx, response.Identity)...)
	}
	switch {
	case err != nil && compute != nil:
		response.Diagnostics.Append(didNotSucceed(plan, err))
	case err != nil:
		response.Diagnostics.Append(cannotAttach(plan, err))
	}
}

func cannotAttach(plan model, err error) diag.Diagnostic {
	summary := fmt.Sprintf("Cannot attach the Batch account as compute %q", plan.Name.ValueString())
	if exists, ok := errors.AsType[*azureml.ExistsError](err); ok {
		return diag.NewErrorDiagnostic(summary, inTheWay(exists, plan.BatchAccountID))
	}
	detail := tfvalue.Sentence(err)
	if _, ok := errors.AsType[*azureml.InterruptedError](err); ok {
		detail += "\n\nThis run attached nothing. The next apply begins with what is there then." + moreTime(err, "create")
	}
	return diag.NewErrorDiagnostic(summary, detail)
}

// didNotSucceed is the error of an attach that was accepted, or may have been: the
// compute is in the state, and Terraform marks it as tainted.
func didNotSucceed(plan model, err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic(
		fmt.Sprintf("The attach of compute %q did not succeed", plan.Name.ValueString()),
		tfvalue.Sentence(err)+"\n\nThe compute is in the state, marked as tainted: the next apply detaches it, if it is there, and attaches it again. "+
			"If it turns out to be well, or is mended in Azure, run \"terraform untaint\" with this resource's address to keep it as it is."+
			moreTime(err, "create"))
}
