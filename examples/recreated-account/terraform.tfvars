workspace_id     = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/ws0"
batch_account_id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-batch/providers/Microsoft.Batch/batchAccounts/batch0"
