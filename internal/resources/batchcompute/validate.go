package batchcompute

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// ValidateConfig implements [resource.ResourceWithValidateConfig]. The Batch account must be
// set exactly once, by its id or by its two names. Unknown values are accepted: Terraform
// validates again once they are known.
func (r *Resource) ValidateConfig(ctx context.Context, request resource.ValidateConfigRequest, response *resource.ValidateConfigResponse) {
	var config model
	response.Diagnostics.Append(request.Config.Get(ctx, &config)...)
	if response.Diagnostics.HasError() {
		return
	}
	id, group, account := config.BatchAccountID, config.BatchResourceGroupName, config.BatchAccountName
	switch {
	case id.IsUnknown() || group.IsUnknown() || account.IsUnknown():
	case !id.IsNull() && (!group.IsNull() || !account.IsNull()):
		response.Diagnostics.AddAttributeError(path.Root("batch_account_id"), "The Batch account is given twice",
			"Keep batch_account_id alone, or remove it and keep batch_resource_group_name and batch_account_name.")
	case !id.IsNull() || !group.IsNull() && !account.IsNull():
	case group.IsNull() && account.IsNull():
		response.Diagnostics.AddAttributeError(path.Root("batch_account_id"), "The Batch account is not given",
			"Set batch_account_id to the id of the Batch account, such as azurerm_batch_account.example.id; "+
				"or, for an account in the workspace's subscription, batch_resource_group_name and batch_account_name.")
	case group.IsNull():
		response.Diagnostics.AddAttributeError(path.Root("batch_account_name"), "The Batch account's resource group is missing",
			"Set batch_resource_group_name together with batch_account_name, or use batch_account_id instead of both.")
	default:
		response.Diagnostics.AddAttributeError(path.Root("batch_resource_group_name"), "The Batch account's name is missing",
			"Set batch_account_name together with batch_resource_group_name, or use batch_account_id instead of both.")
	}
}
