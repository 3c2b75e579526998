# Imports a compute that was attached without Terraform. The import only reads: if the plan
# says anything but "1 to import, 0 to add, 0 to change, 0 to destroy", the resource below
# differs from the compute.
terraform {
  required_version = ">= 1.8"

  required_providers {
    azureml = {
      source  = "terraform-provider-azureml/azureml"
      version = "~> 0.1"
    }
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

import {
  to = azureml_batch_compute.example
  # In any letter case. The block can stay after the import, or be removed.
  id = "${var.workspace_id}/computes/mybatchcompute"
}

resource "azureml_batch_compute" "example" {
  name             = "mybatchcompute"
  workspace_id     = var.workspace_id
  batch_account_id = var.batch_account_id
}
