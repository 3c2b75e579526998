package batchcompute

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/attributes"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/validators"
)

// Schema implements [resource.Resource]. No attribute has a plan modifier, because whether a
// value is replaced, kept or known depends on several attributes: see ModifyPlan.
func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	response.Schema = schema.Schema{
		MarkdownDescription: "Attaches an Azure Batch account to an Azure Machine Learning workspace, as a compute that pipelines run `AzureBatchStep`s on: " +
			"what `BatchCompute` of the Python SDK v1 does. Destroying it detaches the account; the Batch account itself is never changed.\n\n" +
			"An attachment cannot be changed in Azure, so most changes replace it: the account is detached and attached again. " +
			"Do not set `create_before_destroy`: a second attachment of the same Batch account breaks the first one, and is refused. " +
			"With `adopt_existing`, the replacement adopts the compute that it was meant to replace, which is then neither detached nor attached again, and causes a warning.\n\n" +
			"A compute belongs to one resource. Within one run of Terraform and one provider configuration, a second resource with the same name is an error, " +
			"and destroying a resource does not detach what another one has attached or adopted. To rename a resource, use a `moved` block.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "Name of the compute in the workspace: 1 to 24 letters, digits and hyphens, a letter first. " +
					"Changing it replaces the attachment.",
				Validators: []validator.String{validators.Rule(azureml.ValidateComputeName)},
			},
			"workspace_id": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "Resource Manager id of the workspace, such as `azurerm_machine_learning_workspace.example.id`. Letter case makes no difference. " +
					"Changing it replaces the attachment.",
				Validators: []validator.String{validators.Rule(validators.WorkspaceID)},
			},
			"batch_account_id": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Resource Manager id of the Batch account, in any subscription. Set either this, or `batch_resource_group_name` with `batch_account_name`. " +
					"It always holds the attached account's id. Letter case makes no difference. Changing the account replaces the attachment. In the Python class: `resource_id` to attach, `cluster_resource_id` to read.",
				Validators: []validator.String{validators.Rule(validators.BatchAccountID)},
			},
			"batch_resource_group_name": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Resource group of the Batch account, in the workspace's subscription: 1 to 90 letters, digits and `-._()`; together with `batch_account_name`. " +
					"Letter case makes no difference. Changing the account replaces the attachment.",
				Validators: []validator.String{validators.Rule(azureml.ValidateResourceGroupName)},
			},
			"batch_account_name": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Name of the Batch account: 3 to 24 lower-case letters and digits; together with `batch_resource_group_name`. " +
					"Changing the account replaces the attachment.",
				Validators: []validator.String{validators.Rule(azureml.ValidateBatchAccountName)},
			},
			"description": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Description of the compute, sent when it is attached; an empty one counts as none. If it is left out or removed from the configuration, its value is the service's. " +
					"Changing it replaces the attachment. The first description after an import or an adoption replaces nothing, unless the service has another one.",
			},
			"tags": schema.MapAttribute{
				Optional: true, Computed: true, ElementType: types.StringType,
				MarkdownDescription: "Tags of the compute, sent when it is attached. Letter case makes no difference to their names. Tags that the service drops or that others add cause no diff. " +
					"If they are left out or removed from the configuration, they are the service's. Changing them replaces the attachment. " +
					"The first tags after an import or an adoption replace nothing, unless the service has another value for one of them.",
				Validators: []validator.Map{validators.TagNames{}},
			},
			"location": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Azure region of the compute; `West Europe` and `westeurope` are the same. Default: the workspace's region; setting it saves one request. " +
					"Changing it replaces the attachment.",
				Validators: []validator.String{validators.Rule(azureml.ValidateLocation)},
			},
			"adopt_existing": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Adopt a Batch compute of this name on the same Batch account if there is one, as it is, instead of failing. " +
					"Use it only for a compute that no other resource manages: destroying either resource would detach it for both, and a plan that finds two such resources warns. To rename a resource, use a `moved` block. " +
					"Default: false. Changing it changes nothing in Azure.",
			},
			"id": schema.StringAttribute{
				Computed: true, MarkdownDescription: "Resource Manager id of the compute: the workspace's id, followed by `/computes/` and the name.",
			},
		},
		Blocks: map[string]schema.Block{"timeouts": timeoutsBlock()},
	}
	maps.Copy(response.Schema.Attributes, attributes.Resource())
}
