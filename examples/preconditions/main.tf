# Your own conditions, checked before anything is sent to Azure, and after.
terraform {
  required_version = ">= 1.8" # for the functions; OpenTofu has them from 1.7 on

  required_providers {
    azureml = {
      source  = "terraform-provider-azureml/azureml"
      version = "~> 0.1"
    }
  }
}

variable "subscription_id" {
  type        = string
  description = "Subscription of this stage."
}

variable "batch_account_id" {
  type        = string
  description = "Id of the Batch account."
}

locals {
  # config.json is what Workspace.from_config() of the Python SDK reads.
  workspace_id = provider::azureml::workspace_id_from_config(file("${path.module}/config.json"))
  compute      = provider::azureml::parse_batch_compute_id("${local.workspace_id}/computes/mybatchcompute")
}

resource "azureml_batch_compute" "example" {
  name             = local.compute.name
  workspace_id     = local.compute.workspace_id
  batch_account_id = var.batch_account_id

  lifecycle {
    # Everything is known before the apply, so this fails the plan.
    precondition {
      condition     = local.compute.subscription_id == var.subscription_id
      error_message = "config.json is of subscription ${local.compute.subscription_id}, and this stage is for ${var.subscription_id}."
    }

    # This fails the apply after the account is attached; the next plan checks it again.
    postcondition {
      condition     = self.provisioning_state == "Succeeded"
      error_message = "The attachment is ${self.provisioning_state}: ${jsonencode(self.provisioning_errors)}"
    }
  }
}

# A check only warns.
check "same_region" {
  assert {
    condition     = azureml_batch_compute.example.compute_location == azureml_batch_compute.example.location
    error_message = "The Batch account is in another region than the workspace."
  }
}
