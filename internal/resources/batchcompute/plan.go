package batchcompute

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/attributes"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// ModifyPlan plans an attach, a replacement, or an update of settings that only Terraform
// uses, which leaves everything else in the state exactly as it is.
func (r *Resource) ModifyPlan(ctx context.Context, request resource.ModifyPlanRequest, response *resource.ModifyPlanResponse) {
	if request.Plan.Raw.IsNull() {
		return // a destroy needs no plan
	}
	var config, plan model
	response.Diagnostics.Append(request.Config.Get(ctx, &config)...)
	response.Diagnostics.Append(request.Plan.Get(ctx, &plan)...)
	if response.Diagnostics.HasError() {
		return
	}
	if request.State.Raw.IsNull() {
		response.Diagnostics.Append(plan.planAttach(ctx, config)...)
		response.Diagnostics.Append(response.Plan.Set(ctx, &plan)...)
		response.Diagnostics.Append(r.preflight(ctx, config, nil, "")...)
		return
	}
	var state model
	response.Diagnostics.Append(request.State.Get(ctx, &state)...)
	if response.Diagnostics.HasError() {
		return
	}
	memory, diags := recall(ctx, request.Private)
	response.Diagnostics.Append(diags...)
	changes := changesOf(state, config, memory)
	if len(changes) == 0 {
		response.Diagnostics.Append(notInAzure(state, config)...)
		state.planLocal(config, memory)
		response.Diagnostics.Append(response.Plan.Set(ctx, &state)...)
		return
	}
	response.Diagnostics.Append(plan.planAttach(ctx, config)...)
	response.RequiresReplace = append(response.RequiresReplace, changes...)
	response.Diagnostics.Append(response.Plan.Set(ctx, &plan)...)
	response.Diagnostics.Append(r.preflight(ctx, config, &state, memory.Mark)...)
}

// planAttach sets what follows from the configuration, and makes unknown what only Azure
// decides. The framework has made unknown whatever the configuration leaves out.
func (m *model) planAttach(ctx context.Context, config model) diag.Diagnostics {
	if workspace, err := azureml.ParseWorkspaceID(config.WorkspaceID.ValueString()); err == nil && !config.Name.IsUnknown() {
		m.ID = types.StringValue(workspace.ComputeID(config.Name.ValueString()))
	}
	m.BatchAccountID = config.account()
	m.BatchResourceGroupName, m.BatchAccountName = namesOf(m.BatchAccountID)
	// Core requires a configured value as it is, also one that is not known yet.
	if !config.BatchResourceGroupName.IsNull() {
		m.BatchResourceGroupName = config.BatchResourceGroupName
	}
	if !config.BatchAccountName.IsNull() {
		m.BatchAccountName = config.BatchAccountName
	}
	return attributes.MakeUnknown(ctx, &m.computed)
}

// planLocal updates the state's settings that only Terraform uses. Everything else stays in
// the state's own spelling.
func (m *model) planLocal(config model, memory memory) {
	m.AdoptExisting = config.AdoptExisting
	m.Timeouts = config.Timeouts
	m.Tags = planTags(memory, m.Tags, config.Tags)
	m.Description = planDescription(memory, m.Description, config.Description)
	if m.BatchAccountID.IsNull() {
		m.BatchAccountID = config.account()
	}
	if m.Location.IsNull() {
		m.Location = config.Location
	}
	// The state lacks the names after an import, so they come from the configuration.
	if m.BatchResourceGroupName.IsNull() {
		m.BatchResourceGroupName = config.BatchResourceGroupName
	}
	if m.BatchAccountName.IsNull() {
		m.BatchAccountName = config.BatchAccountName
	}
}

// account returns the id of the configured Batch account, from either form. It is unknown if
// a part of it is, and null if ignore_changes has taken a part that the state lacks.
func (m *model) account() types.String {
	if !m.BatchAccountID.IsNull() {
		return m.BatchAccountID
	}
	workspace, err := azureml.ParseWorkspaceID(m.WorkspaceID.ValueString())
	if err != nil || m.BatchResourceGroupName.IsUnknown() || m.BatchAccountName.IsUnknown() {
		return types.StringUnknown()
	}
	if m.BatchResourceGroupName.IsNull() || m.BatchAccountName.IsNull() {
		return types.StringNull()
	}
	configuration := azureml.AttachConfiguration{
		ResourceGroup: m.BatchResourceGroupName.ValueString(),
		AccountName:   m.BatchAccountName.ValueString(),
	}
	return types.StringValue(configuration.BatchAccountID(workspace))
}

// namesOf splits a Batch account's id into its two names, which are unknown if the id is.
func namesOf(id types.String) (group, account types.String) {
	if id.IsUnknown() {
		return types.StringUnknown(), types.StringUnknown()
	}
	parsed, err := azureml.ParseBatchAccountID(id.ValueString())
	if err != nil {
		return types.StringNull(), types.StringNull()
	}
	return types.StringValue(parsed.ResourceGroup), types.StringValue(parsed.Name)
}

// changesOf lists the attributes whose changes replace the attachment. A compute that is
// being detached, as after an interrupted destroy, is replaced as well, because a detach
// cannot be canceled.
func changesOf(state, config model, memory memory) path.Paths {
	var changes path.Paths
	if azureml.IsDeleting(state.ProvisioningState.ValueString()) {
		changes = append(changes, path.Root("provisioning_state"))
	}
	changed := func(name string, before, after types.String, equal func(a, b string) bool) {
		if after.IsUnknown() || !equal(before.ValueString(), after.ValueString()) {
			changes = append(changes, path.Root(name))
		}
	}
	changed("name", state.Name, config.Name, strings.EqualFold)
	changed("workspace_id", state.WorkspaceID, config.WorkspaceID, azureml.EqualIDs)
	// Both are null in a state, after an import, if Azure does not return them.
	if account := config.account(); !state.BatchAccountID.IsNull() && !account.IsNull() {
		changed("batch_account_id", state.BatchAccountID, account, azureml.EqualIDs)
	}
	if !state.Location.IsNull() && !config.Location.IsNull() { // one that is left out keeps the service's value
		changed("location", state.Location, config.Location, azureml.EqualLocations)
	}
	if descriptionChanges(memory.Description, state.Description, config.Description) {
		changes = append(changes, path.Root("description"))
	}
	if tagsChange(memory.Tags, state.Tags, config.Tags) {
		changes = append(changes, path.Root("tags"))
	}
	return changes
}

func unknown(value attr.Value) bool { return value.IsUnknown() }
