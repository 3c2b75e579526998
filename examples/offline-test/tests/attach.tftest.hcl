# azurerm is mocked: it calls nothing and invents what it would compute. The ids are
# overridden, because azureml attaches the account with that id to the workspace with that
# id. These two are what the emulator has, unless it is started with -workspace ID and
# -batch-account ID.
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

variables {
  stage     = "development"
  workspace = { name = "ws0", resource_group_name = "rg-ml" }
}

run "refuses_another_stage" {
  command = plan

  variables {
    stage = "staging"
  }

  expect_failures = [var.stage]
}

# A run applies unless it says otherwise: the provider attaches the account in the emulator.
run "attaches" {
  assert {
    condition     = azureml_batch_compute.this.provisioning_state == "Succeeded"
    error_message = "It is ${azureml_batch_compute.this.provisioning_state}."
  }

  assert {
    condition     = output.compute_target == "batch-development"
    error_message = "Pipelines would not find ${output.compute_target}."
  }
}

# What the last run attached is still there. A plan that replaced it would not know its state.
run "keeps_the_attachment" {
  command = plan

  assert {
    condition     = azureml_batch_compute.this.provisioning_state == "Succeeded"
    error_message = "It is ${azureml_batch_compute.this.provisioning_state}."
  }
}

# The name of an attachment cannot change, so another stage replaces it.
run "replaces_for_another_stage" {
  variables {
    stage = "production"
  }

  assert {
    condition     = output.compute_target == "batch-production"
    error_message = "Pipelines would not find ${output.compute_target}."
  }
}
# At the end, Terraform destroys what the runs created: the account is detached.
