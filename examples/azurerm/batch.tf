resource "azurerm_batch_account" "example" {
  name                = "${var.prefix}batch"
  location            = azurerm_resource_group.example.location
  resource_group_name = azurerm_resource_group.example.name
}

# The workspace's identity submits jobs to the account. Creating these needs the right to
# assign roles; leave them out if another team does that. A workspace without a
# user-assigned identity needs the first one only.
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

# The ids define the order: the account is attached once both exist, and detached before
# either is destroyed.
resource "azureml_batch_compute" "example" {
  name             = "mybatchcompute"
  workspace_id     = azurerm_machine_learning_workspace.example.id
  batch_account_id = azurerm_batch_account.example.id

  # No attribute refers to the roles, so the order has to be stated.
  depends_on = [azurerm_role_assignment.system_assigned, azurerm_role_assignment.user_assigned]
}

output "using_batch_compute" {
  value = azureml_batch_compute.example.batch_account_id
}
