terraform {
  required_version = ">= 1.8"

  required_providers {
    azureml = {
      source  = "terraform-provider-azureml/azureml"
      version = "~> 0.1"
    }
  }
}

# Signs in as azurerm and azapi do: with environment variables, or else with Azure CLI.
provider "azureml" {}

resource "azureml_batch_compute" "example" {
  name                      = "mybatchcompute"
  workspace_id              = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/ws0"
  batch_resource_group_name = "rg-batch"
  batch_account_name        = "batch0"
}

output "using_batch_compute" {
  value = azureml_batch_compute.example.batch_account_id
}
