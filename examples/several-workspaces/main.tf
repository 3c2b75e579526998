# One attachment per workspace, each with a Batch account of its own: Azure says that
# another attachment of the same account breaks the one before.
terraform {
  required_providers {
    azureml = {
      source = "terraform-provider-azureml/azureml"
    }
  }
}

variable "batch_computes" {
  description = "By the name of the compute: which Batch account to attach to which workspace."
  type = map(object({
    workspace_id     = string
    batch_account_id = string
  }))

  validation {
    # Ids are the same in any letter case.
    condition     = length(distinct([for c in var.batch_computes : lower(c.batch_account_id)])) == length(var.batch_computes)
    error_message = "Each Batch account can be attached once."
  }
}

# The keys are the names, so that adding or removing one leaves the others alone; with
# count, removing the first would replace all that follow.
resource "azureml_batch_compute" "example" {
  for_each = var.batch_computes

  name             = each.key
  workspace_id     = each.value.workspace_id
  batch_account_id = each.value.batch_account_id
}

output "computes" {
  value = { for name, compute in azureml_batch_compute.example : name => compute.id }
}
