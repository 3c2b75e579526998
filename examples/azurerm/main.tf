# From nothing to an attached Batch account: azurerm creates the workspace and the account,
# azureml attaches. Written from the documentation of azurerm 4. The tests of this project
# do not have azurerm: they run the azureml part only, and check the format of the rest.
terraform {
  required_version = ">= 1.8"

  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
    azureml = {
      source  = "terraform-provider-azureml/azureml"
      version = "~> 0.1"
    }
  }
}

# Both sign in with the same variables (ARM_*), or with Azure CLI. azurerm also needs
# ARM_SUBSCRIPTION_ID.
provider "azurerm" {
  features {}
}

provider "azureml" {}

data "azurerm_client_config" "current" {}

variable "prefix" {
  type        = string
  description = "Prefix of the names, some of which have to be unique in all of Azure."

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{2,11}$", var.prefix))
    error_message = "The prefix has 3 to 12 lower-case letters and digits, and starts with a letter."
  }
}

resource "azurerm_resource_group" "example" {
  name     = "${var.prefix}-rg"
  location = "West Europe"
}
