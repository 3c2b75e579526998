# Moves an attachment from azapi to azureml without changing it. The azapi provider stays
# in the configuration until the move is applied.
terraform {
  required_version = ">= 1.8"

  required_providers {
    azapi = {
      source  = "Azure/azapi"
      version = "~> 2.0"
    }
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

moved {
  from = azapi_resource.batch
  to   = azureml_batch_compute.batch
}

resource "azureml_batch_compute" "batch" {
  name             = "mybatchcompute"
  workspace_id     = var.workspace_id
  batch_account_id = var.batch_account_id
}
