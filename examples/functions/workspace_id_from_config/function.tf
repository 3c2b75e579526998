# The file that Workspace.from_config() of the Python SDK reads.
data "azureml_batch_computes" "example" {
  workspace_id = provider::azureml::workspace_id_from_config(file("${path.module}/config.json"))
}
