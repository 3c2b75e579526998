# Imports every Batch compute of a subscription into one resource, in three commands:
#
#   terraform init
#   terraform apply     # imports what is attached, and changes nothing
#   terraform plan      # says "No changes"
#
# takeover.tf finds and imports them. Then save what was found, and remove the files that
# found it; nothing changes:
#
#   terraform output -raw tfvars >terraform.tfvars
#   rm takeover.tf takeover_override.tf
#   terraform plan      # says "No changes"
terraform {
  required_version = ">= 1.7" # import blocks with for_each

  required_providers {
    azureml = {
      source  = "terraform-provider-azureml/azureml"
      version = "~> 0.1"
    }
  }
}

# The subscription is the one of ARM_SUBSCRIPTION_ID, or subscription_id here.
provider "azureml" {}

variable "batch_computes" {
  description = "The Batch computes, by resource group, workspace and name: a name is unique only in its workspace, and a workspace only in its group."
  type = map(object({
    workspace_id     = string
    name             = string
    batch_account_id = string
  }))
  default = {}
}

resource "azureml_batch_compute" "this" {
  for_each = var.batch_computes

  name             = each.value.name
  workspace_id     = each.value.workspace_id
  batch_account_id = each.value.batch_account_id
}
