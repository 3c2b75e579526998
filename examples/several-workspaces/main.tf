# An attachment for each workspace. The same Batch account can be attached to several
# workspaces. Attached twice to one workspace, the later attachment breaks the earlier one.
terraform {
  required_version = ">= 1.8"

  required_providers {
    azureml = {
      source  = "terraform-provider-azureml/azureml"
      version = "~> 0.1"
    }
  }
}

variable "batch_computes" {
  description = "By a key of your choice: the Batch account, the workspace, and the name of the compute."
  type = map(object({
    workspace_id     = string
    name             = string
    batch_account_id = string
  }))

  validation {
    # Ids are compared without letter case.
    condition     = length(distinct([for c in var.batch_computes : lower("${c.workspace_id} ${c.batch_account_id}")])) == length(var.batch_computes)
    error_message = "Each Batch account can be attached to a workspace once."
  }

  validation {
    condition     = length(distinct([for c in var.batch_computes : lower("${c.workspace_id} ${c.name}")])) == length(var.batch_computes)
    error_message = "Each name can be used once in a workspace."
  }
}

# The keys stay the same when another one is added or removed; with count, removing the
# first would replace all that follow. The names are not the keys, because several
# workspaces can have a compute of the same name.
resource "azureml_batch_compute" "example" {
  for_each = var.batch_computes

  name             = each.value.name
  workspace_id     = each.value.workspace_id
  batch_account_id = each.value.batch_account_id
}

output "computes" {
  value = { for key, compute in azureml_batch_compute.example : key => compute.id }
}
