# The Batch computes of one workspace. Whatever else belongs to the workspace goes here too.
terraform {
  required_version = ">= 1.7"

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

variable "batch_accounts" {
  type        = map(string)
  description = "By the name of each Batch compute: the id of its Batch account."
}

resource "azureml_batch_compute" "this" {
  for_each = var.batch_accounts

  name             = each.key
  workspace_id     = var.workspace_id
  batch_account_id = each.value
}

output "id" {
  value = var.workspace_id
}

output "batch_accounts" {
  value = { for name, compute in azureml_batch_compute.this : name => compute.batch_account_id }
}
