# A module of your own, as an example of what its tests look like. They need no Azure:
#
#   terraform init
#   azureml-emulator exec -- terraform test
terraform {
  required_providers {
    azureml = {
      source = "terraform-provider-azureml/azureml"
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

variable "workspace_id" {
  type        = string
  description = "Id of the workspace."
}

variable "batch_account_id" {
  type        = string
  description = "Id of the Batch account."
}

resource "azureml_batch_compute" "this" {
  name             = "batch-${var.stage}"
  workspace_id     = var.workspace_id
  batch_account_id = var.batch_account_id
}

# What a pipeline asks for.
output "compute_target" {
  value = azureml_batch_compute.this.name
}
