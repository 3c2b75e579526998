package batchcompute

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/attributes"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// model is the resource's configuration, plan and state.
type model struct {
	ID                     types.String   `tfsdk:"id"`
	Name                   types.String   `tfsdk:"name"`
	WorkspaceID            types.String   `tfsdk:"workspace_id"`
	BatchAccountID         types.String   `tfsdk:"batch_account_id"`
	BatchResourceGroupName types.String   `tfsdk:"batch_resource_group_name"`
	BatchAccountName       types.String   `tfsdk:"batch_account_name"`
	Description            types.String   `tfsdk:"description"`
	Tags                   types.Map      `tfsdk:"tags"`
	Location               types.String   `tfsdk:"location"`
	AdoptExisting          types.Bool     `tfsdk:"adopt_existing"`
	Timeouts               timeouts.Value `tfsdk:"timeouts"`

	computed
}

// computed are the attributes that Azure decides. Package attributes describes each.
type computed struct {
	ComputeLocation    types.String `tfsdk:"compute_location"`
	ProvisioningState  types.String `tfsdk:"provisioning_state"`
	ProvisioningErrors types.List   `tfsdk:"provisioning_errors"`
	IsAttached         types.Bool   `tfsdk:"is_attached"`
	CreatedOn          types.String `tfsdk:"created_on"`
	ModifiedOn         types.String `tfsdk:"modified_on"`
}

// attachConfiguration returns the plan in the terms of the Python class.
func (m *model) attachConfiguration() azureml.AttachConfiguration {
	configuration := azureml.AttachConfiguration{
		ResourceID: m.BatchAccountID.ValueString(),
		Location:   m.Location.ValueString(),
		Tags:       attributes.Strings(m.Tags),
	}
	if !m.Description.IsUnknown() {
		configuration.Description = m.Description.ValueStringPointer()
	}
	return configuration
}

// refresh updates the model from the service's compute.
func (m *model) refresh(ctx context.Context, compute *azureml.BatchCompute, memory memory) diag.Diagnostics {
	m.refreshConfigured(compute, memory)
	return attributes.Refresh(ctx, compute, &m.computed)
}

// refreshConfigured updates the attributes that a configuration decides. A value that differs
// only as the service is known to vary (letter case, dropped tags) stays as it is.
func (m *model) refreshConfigured(compute *azureml.BatchCompute, memory memory) {
	m.ID = keep(m.ID, compute.ID, azureml.EqualIDs)
	m.Name = keep(m.Name, compute.Name, strings.EqualFold)
	m.refreshAccount(compute.ClusterResourceID)
	m.Description = refreshDescription(memory.Description, m.Description, compute.Description)
	m.Tags = refreshTags(memory.Tags, m.Tags, compute.Tags)
	m.Location = keep(m.Location, compute.Location, azureml.EqualLocations)
}

// keepPlanned restores what the plan knew: Terraform requires it after an apply, whatever the
// service returns. The next refresh shows what the service has.
func (m *model) keepPlanned(planned model) {
	for _, attribute := range []struct{ into, planned *types.String }{
		{&m.ID, &planned.ID},
		{&m.Name, &planned.Name},
		{&m.BatchAccountID, &planned.BatchAccountID},
		{&m.BatchResourceGroupName, &planned.BatchResourceGroupName},
		{&m.BatchAccountName, &planned.BatchAccountName},
		{&m.Description, &planned.Description},
		{&m.Location, &planned.Location},
	} {
		if !attribute.planned.IsUnknown() {
			*attribute.into = *attribute.planned
		}
	}
	if !planned.Tags.IsUnknown() {
		m.Tags = planned.Tags
	}
}

// keep returns the known value if the service has the same one, or none.
func keep(known types.String, now string, equal func(a, b string) bool) types.String {
	if !known.IsUnknown() && (now == "" || equal(known.ValueString(), now)) {
		return known
	}
	return attributes.Text(now)
}

// refreshAccount updates the id of the Batch account, and its two names if the model has
// them. After an import it has only the id, so that a configuration generated from the state
// does not have the account twice.
func (m *model) refreshAccount(id string) {
	m.BatchAccountID = keep(m.BatchAccountID, id, azureml.EqualIDs)
	if m.BatchAccountName.IsNull() || id == "" {
		return
	}
	account, err := azureml.ParseBatchAccountID(id)
	if err != nil {
		m.BatchResourceGroupName, m.BatchAccountName = types.StringNull(), types.StringNull()
		return
	}
	m.BatchResourceGroupName = keep(m.BatchResourceGroupName, account.ResourceGroup, strings.EqualFold)
	m.BatchAccountName = keep(m.BatchAccountName, account.Name, strings.EqualFold)
}
