# A module that creates a Batch account for a stage and attaches it to a workspace. Its tests
# need no Azure: they mock azurerm, and run azureml itself against the emulator.
#
#   terraform init
#   azureml-emulator exec -- terraform test
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

variable "stage" {
  type        = string
  description = "Stage that the compute is for: development or production."

  validation {
    condition     = contains(["development", "production"], var.stage)
    error_message = "The stage is development or production."
  }
}

variable "workspace" {
  type        = object({ name = string, resource_group_name = string })
  description = "Name and resource group of the workspace."
}

data "azurerm_machine_learning_workspace" "this" {
  name                = var.workspace.name
  resource_group_name = var.workspace.resource_group_name
}

resource "azurerm_batch_account" "this" {
  name                = "batch${var.stage}"
  resource_group_name = var.workspace.resource_group_name
  location            = data.azurerm_machine_learning_workspace.this.location
}

# The workspace's identity submits the jobs.
resource "azurerm_role_assignment" "workspace" {
  scope                = azurerm_batch_account.this.id
  role_definition_name = "Contributor"
  principal_id         = data.azurerm_machine_learning_workspace.this.identity[0].principal_id
}

resource "azureml_batch_compute" "this" {
  name             = "batch-${var.stage}"
  workspace_id     = data.azurerm_machine_learning_workspace.this.id
  batch_account_id = azurerm_batch_account.this.id

  depends_on = [azurerm_role_assignment.workspace]
}

# The name that pipelines look up.
output "compute_target" {
  value = azureml_batch_compute.this.name
}
