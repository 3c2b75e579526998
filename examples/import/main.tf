# A compute that somebody attached, under Terraform from now on. The import only reads:
# a plan that says anything but "1 to import, 0 to add, 0 to change, 0 to destroy" means
# that the resource below is not what is there.
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
  # Letter case makes no difference. The block may stay after the import, or go.
  id = "${var.workspace_id}/computes/mybatchcompute"
}

resource "azureml_batch_compute" "example" {
  name             = "mybatchcompute"
  workspace_id     = var.workspace_id
  batch_account_id = var.batch_account_id
}
