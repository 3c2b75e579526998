data "azureml_batch_computes" "found" {}

locals {
  # Each compute, with the key of its workspace: resource group and name, in lower case, because
  # Azure does not keep the letter case of ids.
  computes = [
    for compute in data.azureml_batch_computes.found.batch_computes :
    merge(compute, { key = lower(join("/", [split("/", compute.id)[4], split("/", compute.id)[8]])) })
  ]
  found = {
    for key, computes in { for compute in local.computes : compute.key => compute... } : key => {
      id             = computes[0].workspace_id
      batch_accounts = { for compute in computes : compute.name => compute.batch_account_id }
    }
  }
}

import {
  for_each = { for compute in local.computes : compute.id => compute }

  to = module.workspace[each.value.key].azureml_batch_compute.this[each.value.name]
  id = each.key
}
