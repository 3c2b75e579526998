# Signs in from GitHub Actions without a secret: GitHub vouches for the workflow with an
# OpenID Connect token. terraform.yml beside this file is the workflow; it belongs in
# .github/workflows.
#
# Once, in Entra ID: an application with a federated credential for the repository's main
# branch and one for its pull requests, and a role on the workspace and the Batch account.
terraform {
  required_providers {
    azureml = {
      source = "terraform-provider-azureml/azureml"
    }
  }

  # A runner keeps nothing. The backend reads the same variables (ARM_*) as the provider.
  backend "azurerm" {
    resource_group_name  = "rg-state"
    storage_account_name = "examplestate"
    container_name       = "tfstate"
    key                  = "batch-compute.tfstate"
    use_azuread_auth     = true
  }
}

# The workflow's variables say how to sign in, so there is nothing to say here.
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
