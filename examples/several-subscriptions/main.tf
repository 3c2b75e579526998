# Workspaces and Batch accounts in several subscriptions of one tenant need one provider
# block and no alias, unlike azurerm: every id contains its subscription. subscription_id
# in the block only selects the account that Azure CLI signs in with.
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
  description = "Id of a workspace."
}

variable "other_workspace_id" {
  type        = string
  description = "Id of a workspace in another subscription."
}

variable "batch_account_id" {
  type        = string
  description = "Id of a Batch account in that other subscription."
}

provider "azureml" {}

# The two names refer to an account in the workspace's own subscription.
resource "azureml_batch_compute" "same_subscription" {
  name                      = "mybatchcompute"
  workspace_id              = var.other_workspace_id
  batch_resource_group_name = "rg-batch"
  batch_account_name        = "batch0"
}

# Only the id can refer to an account in another subscription.
resource "azureml_batch_compute" "across_subscriptions" {
  name             = "mybatchcompute"
  workspace_id     = var.workspace_id
  batch_account_id = var.batch_account_id
}
