resource "azurerm_batch_account" "example" {
  name                = "${var.prefix}batch"
  location            = azurerm_resource_group.example.location
  resource_group_name = azurerm_resource_group.example.name
}

# The workspace's identity works with the account. These are for a principal that may grant
# roles; leave them out where another team does. A workspace without a user-assigned
# identity needs the first one alone.
resource "azurerm_role_assignment" "system_assigned" {
  scope                = azurerm_batch_account.example.id
  role_definition_name = "Contributor"
  principal_id         = azurerm_machine_learning_workspace.example.identity[0].principal_id
}

resource "azurerm_role_assignment" "user_assigned" {
  scope                = azurerm_batch_account.example.id
  role_definition_name = "Contributor"
  principal_id         = azurerm_user_assigned_identity.workspace.principal_id
}

# The ids order everything: the account is attached when both are there, and detached
# before either is destroyed.
resource "azureml_batch_compute" "example" {
  name             = "mybatchcompute"
  workspace_id     = azurerm_machine_learning_workspace.example.id
  batch_account_id = azurerm_batch_account.example.id

  # No attribute of the roles is needed here, so their order has to be said.
  depends_on = [azurerm_role_assignment.system_assigned, azurerm_role_assignment.user_assigned]
}

output "using_batch_compute" {
  value = azureml_batch_compute.example.batch_account_id
}
