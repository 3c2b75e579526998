# The file that Workspace.from_config() of the Python SDK reads.
locals {
  workspace_id = provider::azureml::workspace_id_from_config(file("${path.module}/config.json"))
}

data "azureml_batch_computes" "example" {
  workspace_id = local.workspace_id
}

output "batch_computes" {
  value = data.azureml_batch_computes.example.batch_computes[*].name
}
