# A Batch account that is deleted and recreated under its name keeps its id, so no attribute
# of the attachment changes, although its account is gone. replace_triggered_by attaches the
# new account.
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

variable "account_generation" {
  type        = number
  description = "How often the Batch account has been recreated."
  default     = 1
}

# If the same configuration creates the account, use its id instead of this:
# replace_triggered_by = [azurerm_batch_account.example.id]
resource "terraform_data" "account" {
  triggers_replace = var.account_generation
}

resource "azureml_batch_compute" "example" {
  name             = "mybatchcompute"
  workspace_id     = var.workspace_id
  batch_account_id = var.batch_account_id

  lifecycle {
    replace_triggered_by = [terraform_data.account.id]
  }
}
