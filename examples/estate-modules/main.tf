# The same as estate, with a module for everything in one workspace. The three commands are
# the same, and then:
#
#   terraform output -raw tfvars >terraform.tfvars
#   rm takeover.tf takeover_override.tf workspace/takeover_override.tf
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

provider "azureml" {}

variable "workspaces" {
  description = "By resource group and name: the workspace's id, and by the name of each Batch compute the id of its Batch account."
  type = map(object({
    id             = string
    batch_accounts = map(string)
  }))
  default = {}
}

module "workspace" {
  source   = "./workspace"
  for_each = var.workspaces

  workspace_id   = each.value.id
  batch_accounts = each.value.batch_accounts
}

# What Terraform manages, as terraform.tfvars.
output "tfvars" {
  value = join("", concat(
    ["workspaces = {\n"],
    [for key, workspace in module.workspace : join("", concat(
      [format("  %q = {\n    id = %q\n    batch_accounts = {\n", key, workspace.id)],
      [for name, account in workspace.batch_accounts : format("      %q = %q\n", name, account)],
      ["    }\n  }\n"],
    ))],
    ["}\n"],
  ))
}
