# With both providers mocked, not even the emulator is needed. azureml validates its
# attributes, so the ids have to be ids, and does nothing else: this tests what the module
# passes on, and not what an attach would do with it.
mock_provider "azurerm" {
  override_data {
    target = data.azurerm_machine_learning_workspace.this
    values = {
      id       = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/ws0"
      location = "westeurope"
      identity = [{
        type         = "SystemAssigned"
        principal_id = "00000000-0000-0000-0000-0000000000d1"
        tenant_id    = "00000000-0000-0000-0000-0000000000aa"
        identity_ids = []
      }]
    }
  }

  override_resource {
    target = azurerm_batch_account.this
    values = {
      id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-batch/providers/Microsoft.Batch/batchAccounts/batch0"
    }
  }
}

mock_provider "azureml" {}

variables {
  stage     = "production"
  workspace = { name = "ws0", resource_group_name = "rg-ml" }
}

run "names_the_stage" {
  assert {
    condition     = azureml_batch_compute.this.name == "batch-production"
    error_message = "The compute is called ${azureml_batch_compute.this.name}."
  }
}
