package attributes

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/validators"
)

// Search is the scope of a search for computes, in a data source or in the list resource.
type Search struct {
	WorkspaceID       types.String `tfsdk:"workspace_id"`
	SubscriptionID    types.String `tfsdk:"subscription_id"`
	ResourceGroupName types.String `tfsdk:"resource_group_name"`
	BatchAccountID    types.String `tfsdk:"batch_account_id"`
}

// SearchAttribute is an attribute of [Search]. All of them are optional.
type SearchAttribute struct {
	Description string
	Validators  []validator.String
}

// SearchAttributes are the attributes of [Search]. They are not a schema, because the
// framework's schemas of data sources and of list resources have different types.
var SearchAttributes = map[string]SearchAttribute{
	"workspace_id": {
		"Resource Manager id of the only workspace to search, such as `azurerm_machine_learning_workspace.example.id`. Letter case makes no difference. " +
			"Default: all workspaces of a subscription.",
		[]validator.String{validators.Rule(validators.WorkspaceID), stringvalidator.ConflictsWith(path.MatchRoot("subscription_id"), path.MatchRoot("resource_group_name"))},
	},
	"subscription_id": {
		"Id of the subscription whose workspaces are searched. Default: the provider's `subscription_id`. Conflicts with `workspace_id`.",
		[]validator.String{validators.Rule(azureml.ValidateSubscriptionID)},
	},
	"resource_group_name": {
		"Name of the only resource group whose workspaces are searched. Letter case makes no difference. Default: all resource groups of the subscription. Conflicts with `workspace_id`.",
		[]validator.String{validators.Rule(azureml.ValidateResourceGroupName)},
	},
	"batch_account_id": {
		"Resource Manager id of a Batch account: only its attachments are listed. Letter case makes no difference. Default: all attachments.",
		[]validator.String{validators.Rule(validators.BatchAccountID)},
	},
}

// Convert returns the search as package azureml's.
func (s Search) Convert() (azureml.Search, error) {
	search := azureml.Search{
		SubscriptionID: s.SubscriptionID.ValueString(), ResourceGroup: s.ResourceGroupName.ValueString(), BatchAccountID: s.BatchAccountID.ValueString(),
	}
	if s.WorkspaceID.IsNull() {
		return search, nil
	}
	var err error
	search.Workspace, err = azureml.ParseWorkspaceID(s.WorkspaceID.ValueString())
	return search, err
}
