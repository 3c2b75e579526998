package batchcompute

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// ValidateConfig wants the Batch account said once: by its id, or by its two names.
// Values that are not known yet are let through; they are looked at again when they are.
func (r *Resource) ValidateConfig(ctx context.Context, request resource.ValidateConfigRequest, response *resource.ValidateConfigResponse) {
	var config model
	response.Diagnostics.Append(request.Config.Get(ctx, &config)...)
	if response.Diagnostics.HasError() {
		return
	}
	response.Diagnostics.Append(validateTimeouts(config)...)
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
			"Set batch_resource_group_name beside batch_account_name, or give batch_account_id in place of both.")
	default:
		response.Diagnostics.AddAttributeError(path.Root("batch_resource_group_name"), "The Batch account's name is missing",
			"Set batch_account_name beside batch_resource_group_name, or give batch_account_id in place of both.")
	}
}
