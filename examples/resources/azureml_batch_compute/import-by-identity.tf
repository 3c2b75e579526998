import {
  to = azureml_batch_compute.example
  identity = {
    subscription_id     = "00000000-0000-0000-0000-000000000001"
    resource_group_name = "rg-ml"
    workspace_name      = "ws0"
    name                = "mybatchcompute"
  }
}
