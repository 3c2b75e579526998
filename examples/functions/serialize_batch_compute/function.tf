variable "workspace_id" {
  type        = string
  description = "Id of the workspace."
}

resource "azureml_batch_compute" "example" {
  name                      = "mybatchcompute"
  workspace_id              = var.workspace_id
  batch_resource_group_name = "rg-batch"
  batch_account_name        = "batch0"
}

# What compute.serialize() of the Python SDK returns, for a script that reads it:
# terraform output -raw serialized >compute.json
output "serialized" {
  value = provider::azureml::serialize_batch_compute(azureml_batch_compute.example)
}
