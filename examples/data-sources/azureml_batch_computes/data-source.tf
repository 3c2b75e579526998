# All Batch computes of the provider's subscription. subscription_id, resource_group_name
# and workspace_id search another subscription, or less of it.
data "azureml_batch_computes" "example" {}

# Each Batch compute with its Batch account.
output "batch_accounts" {
  value = { for compute in data.azureml_batch_computes.example.batch_computes : compute.id => compute.batch_account_id }
}

# The ones that pipelines cannot use.
output "failed" {
  value = [for compute in data.azureml_batch_computes.example.batch_computes : compute.id if compute.provisioning_state == "Failed"]
}
