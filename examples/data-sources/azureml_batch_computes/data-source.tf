variable "workspace_id" {
  type        = string
  description = "Id of the workspace."
}

data "azureml_batch_computes" "example" {
  workspace_id = var.workspace_id
}

# Name of each Batch compute, with the Batch account behind it.
output "batch_accounts" {
  value = { for compute in data.azureml_batch_computes.example.batch_computes : compute.name => compute.batch_account_id }
}
