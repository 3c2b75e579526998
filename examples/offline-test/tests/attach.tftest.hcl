# The emulator has this workspace and this Batch account. It has others in their place
# when it is started with -workspace ID and -batch-account ID.
variables {
  stage            = "development"
  workspace_id     = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/ws0"
  batch_account_id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-batch/providers/Microsoft.Batch/batchAccounts/batch0"
}

run "refuses_another_stage" {
  command = plan

  variables {
    stage = "staging"
  }

  expect_failures = [var.stage]
}

# An apply, as nothing else is said: the account is attached for real, as far as the
# emulator is.
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

# What the run before attached is still there, and letter case in an id is no change: if
# the plan replaced it, its state would not be known before the apply.
run "keeps_the_attachment" {
  command = plan

  variables {
    batch_account_id = upper("/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-batch/providers/Microsoft.Batch/batchAccounts/batch0")
  }

  assert {
    condition     = azureml_batch_compute.this.provisioning_state == "Succeeded"
    error_message = "It is ${azureml_batch_compute.this.provisioning_state}."
  }
}
# At the end, what was attached is detached again.
