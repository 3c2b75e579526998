# The idiom "check if already attached" of the Python SDK: an existing compute of this name
# is adopted as it is; otherwise the account is attached.
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

resource "azureml_batch_compute" "example" {
  name             = "mybatchcompute"
  workspace_id     = var.workspace_id
  batch_account_id = var.batch_account_id

  # Only on the same Batch account: a compute of this name on another account is an error,
  # and so are a description or tags here that the compute does not have, because it cannot
  # be changed. From the apply on Terraform manages it, so a destroy detaches it.
  adopt_existing = true
}
