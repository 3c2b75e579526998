variable "workspace_id" {
  type        = string
  description = "Id of the workspace; a compute of another one is refused."
}

# A file that json.dump(compute.serialize(), file) of the Python SDK wrote.
locals {
  compute = provider::azureml::deserialize_batch_compute(var.workspace_id, file("${path.module}/compute.json"))
}

# Imports what the SDK attached.
import {
  to = azureml_batch_compute.example
  id = local.compute.id
}

resource "azureml_batch_compute" "example" {
  name             = local.compute.name
  workspace_id     = local.compute.workspace_id
  batch_account_id = local.compute.batch_account_id
}
