# A Batch account that is deleted and made again under its name keeps its id, so no
# attribute of the attachment changes, and the attachment is to an account that is gone.
# replace_triggered_by attaches the new one.
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
  description = "Counts how often the Batch account has been made again."
  default     = 1
}

# Where the same configuration makes the account, its id does instead of this:
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
