package azureml

import "errors"

// AttachConfiguration says which Batch account to attach, and how: either by
// ResourceID alone, or by ResourceGroup and AccountName, which mean an account in
// the workspace's own subscription. It is BatchCompute.attach_configuration of the
// Python class; fields that the class does not have are in a group of their own.
type AttachConfiguration struct {
	// ResourceGroup is the resource group that holds the Batch account.
	ResourceGroup string
	// AccountName is the name of the Batch account.
	AccountName string
	// ResourceID is the Resource Manager id of the Batch account, in any subscription.
	ResourceID string

	// Location of the compute. Empty means the workspace's.
	Location string
	// Description of the compute. Nil sends none.
	Description *string
	// Tags of the compute. Nil sends none. The service may not keep them.
	Tags map[string]string
}

// Validate refuses what the Python class refuses, and names that no Batch account
// or resource group can have.
func (c AttachConfiguration) Validate() error {
	switch {
	case c.ResourceID != "" && (c.ResourceGroup != "" || c.AccountName != ""):
		return errors.New("give either the Batch account's id, or its resource group and name, not both")
	case c.ResourceID != "":
		_, err := ParseBatchAccountID(c.ResourceID)
		return err
	case c.ResourceGroup == "" && c.AccountName == "":
		return errors.New("give the Batch account's id, or its resource group and name")
	case c.ResourceGroup == "":
		return errors.New("the Batch account's name is given without its resource group")
	case c.AccountName == "":
		return errors.New("the Batch account's resource group is given without its name")
	}
	return errors.Join(ValidateResourceGroupName(c.ResourceGroup), ValidateBatchAccountName(c.AccountName))
}

// BatchAccountID is the id of the account that the configuration means, for a
// compute of the given workspace.
func (c AttachConfiguration) BatchAccountID(workspace WorkspaceID) string {
	if c.ResourceID != "" {
		return c.ResourceID
	}
	return BatchAccountID{workspace.SubscriptionID, c.ResourceGroup, c.AccountName}.String()
}
