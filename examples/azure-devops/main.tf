# Signs in from Azure DevOps without a secret: a service connection with workload identity
# federation gives the job a token. azure-pipelines.yml in this folder is the pipeline.
#
# Set up once: two service connections, batch-compute-plan and batch-compute-apply, each with
# its own identity. The first has Reader on the workspace and the Batch account, and can read
# the state; the second has Contributor on both, and can write the state.
terraform {
  required_version = ">= 1.8"

  required_providers {
    azureml = {
      source  = "terraform-provider-azureml/azureml"
      version = "~> 0.1"
    }
  }

  # An agent keeps no files. The backend reads the same variables (ARM_*) as the provider.
  backend "azurerm" {
    resource_group_name  = "rg-state"
    storage_account_name = "examplestate"
    container_name       = "tfstate"
    key                  = "batch-compute.tfstate"
    use_azuread_auth     = true
  }
}

# The pipeline's variables configure the sign-in, so the block is empty.
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
