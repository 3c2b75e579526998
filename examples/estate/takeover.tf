# Finds what is attached. It warns of workspaces that you may not read, of failed attachments,
# and of accounts that are attached twice to one workspace.
data "azureml_batch_computes" "found" {}

locals {
  # Only what is needed, because Terraform evaluates all of it for each instance.
  found = {
    for compute in data.azureml_batch_computes.found.batch_computes :
    # The id is /subscriptions/…/resourceGroups/GROUP/…/workspaces/WORKSPACE/computes/NAME.
    # Azure does not keep its letter case, and another key would be another resource.
    lower(join("/", [split("/", compute.id)[4], split("/", compute.id)[8], compute.name])) => {
      id               = compute.id
      workspace_id     = compute.workspace_id
      name             = compute.name
      batch_account_id = compute.batch_account_id
    }
  }
}

import {
  for_each = local.found

  to = azureml_batch_compute.this[each.key]
  id = each.value.id
}
