variable "workspace_id" {
  type        = string
  description = "Id of the workspace, such as azurerm_machine_learning_workspace.example.id."
}

# A Batch account in the workspace's subscription, by its two names.
resource "azureml_batch_compute" "example" {
  name         = "mybatchcompute"
  workspace_id = var.workspace_id

  batch_resource_group_name = "rg-batch"
  batch_account_name        = "batch0"
}

# A Batch account by its id, in any subscription.
resource "azureml_batch_compute" "by_id" {
  name             = "otherbatchcompute"
  workspace_id     = var.workspace_id
  batch_account_id = "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg-batch/providers/Microsoft.Batch/batchAccounts/batch1"

  # Adopts the compute as it is, if the account is attached already.
  adopt_existing = true

  timeouts {
    create = "30m"
  }
}

output "using_batch_compute" {
  value = azureml_batch_compute.example.batch_account_id
}
