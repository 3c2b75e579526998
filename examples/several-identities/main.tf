# Two ways to sign in, in one configuration: environment variables for development, and a
# managed identity that has rights in production only.
terraform {
  required_version = ">= 1.8"

  required_providers {
    azureml = {
      source  = "terraform-provider-azureml/azureml"
      version = "~> 0.1"
    }
  }
}

provider "azureml" {}

# A secret takes precedence over a managed identity, as in azurerm. The empty one hides
# ARM_CLIENT_SECRET, which is for the other provider block.
provider "azureml" {
  alias         = "production"
  use_msi       = true
  client_id     = var.production_client_id
  client_secret = ""
}

variable "production_client_id" {
  type        = string
  description = "Client id of the managed identity for production."
}

variable "development" {
  type        = object({ workspace_id = string, batch_account_id = string })
  description = "Ids of the workspace and the Batch account."
}

variable "production" {
  type        = object({ workspace_id = string, batch_account_id = string })
  description = "Ids of the workspace and the Batch account."
}

resource "azureml_batch_compute" "development" {
  name             = "mybatchcompute"
  workspace_id     = var.development.workspace_id
  batch_account_id = var.development.batch_account_id
}

resource "azureml_batch_compute" "production" {
  provider = azureml.production

  name             = "mybatchcompute"
  workspace_id     = var.production.workspace_id
  batch_account_id = var.production.batch_account_id
}
