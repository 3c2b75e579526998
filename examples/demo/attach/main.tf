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
  type = string
}

resource "azureml_batch_compute" "example" {
  name                      = "mybatchcompute" # Name to associate with new compute in workspace
  workspace_id              = var.workspace_id
  batch_account_name        = "batch0"   # Name of the Batch account
  batch_resource_group_name = "rg-batch" # Name of the resource group which contains this account
}

output "provisioning_state" {
  value = azureml_batch_compute.example.provisioning_state
}

output "provisioning_errors" {
  value = azureml_batch_compute.example.provisioning_errors
}

output "using_batch_compute" {
  value = "Using Batch compute: ${azureml_batch_compute.example.batch_account_id}"
}
