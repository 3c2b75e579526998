# terraform query finds what is attached, whoever attached it;
# terraform query -generate-config-out=computes.tf writes the import and resource blocks.
list "azureml_batch_compute" "example" {
  provider         = azureml
  include_resource = true

  config {
    workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/ws0"
  }
}
