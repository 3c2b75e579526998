batch_computes = {
  development = {
    workspace_id     = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/ws0"
    name             = "nightly"
    batch_account_id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-batch/providers/Microsoft.Batch/batchAccounts/batch0"
  }
  production = {
    workspace_id     = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/ws1"
    name             = "nightly"
    batch_account_id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-batch/providers/Microsoft.Batch/batchAccounts/batch1"
  }
  production-on-demand = {
    workspace_id     = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/ws1"
    name             = "on-demand"
    batch_account_id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-batch/providers/Microsoft.Batch/batchAccounts/batch0"
  }
}
