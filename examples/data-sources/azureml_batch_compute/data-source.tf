variable "workspace_id" {
  type        = string
  description = "Id of the workspace."
}

data "azureml_batch_compute" "example" {
  name         = "mybatchcompute"
  workspace_id = var.workspace_id
}

output "provisioning_state" {
  value = data.azureml_batch_compute.example.provisioning_state
}

# In the shape of serialize() of the Python SDK.
output "serialized" {
  value = jsondecode(data.azureml_batch_compute.example.serialized)
}
