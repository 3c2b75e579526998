# Finds what is attached. A workspace that may not be read, a failed attachment, and an
# account that is attached twice to one workspace are warnings.
data "azureml_batch_computes" "found" {}

locals {
  # No more than is needed: Terraform reads all of it again for each instance.
  found = {
    for compute in data.azureml_batch_computes.found.batch_computes :
    # The id is /subscriptions/…/resourceGroups/GROUP/…/workspaces/WORKSPACE/computes/NAME.
    join("/", [split("/", compute.id)[4], split("/", compute.id)[8], compute.name]) => {
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
