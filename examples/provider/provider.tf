terraform {
  required_version = ">= 1.8"

  required_providers {
    azureml = {
      source  = "terraform-provider-azureml/azureml"
      version = "~> 0.1"
    }
  }
}

# Signs in as azurerm and azapi do: with environment variables (ARM_CLIENT_ID,
# ARM_CLIENT_SECRET, ARM_TENANT_ID, ...), or else with Azure CLI.
provider "azureml" {}
