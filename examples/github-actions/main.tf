# Signs in from GitHub Actions without a secret: GitHub gives the workflow an OpenID Connect
# token. terraform.yml in this folder is the workflow; put it into .github/workflows.
#
# Set up once, in Entra ID: an application for plans, with a federated credential for the
# repository's pull requests, Reader on the workspace and the Batch account, and the right
# to read the state; and another for applies, with a federated credential for the main
# branch, Contributor on both, and the right to write the state.
terraform {
  required_version = ">= 1.8"

  required_providers {
    azureml = {
      source  = "terraform-provider-azureml/azureml"
      version = "~> 0.1"
    }
  }

  # A runner keeps no files. The backend reads the same variables (ARM_*) as the provider.
  backend "azurerm" {
    resource_group_name  = "rg-state"
    storage_account_name = "examplestate"
    container_name       = "tfstate"
    key                  = "batch-compute.tfstate"
    use_azuread_auth     = true
  }
}

# The workflow's variables configure the sign-in, so the block is empty.
provider "azureml" {}

variable "workspace_id" {
  type        = string
  description = "Id of the workspace."
}

variable "batch_account_id" {
  type        = string
  description = "Id of the Batch account."
}

resource "azureml_batch_compute" "example" {
  name             = "mybatchcompute"
  workspace_id     = var.workspace_id
  batch_account_id = var.batch_account_id
}
