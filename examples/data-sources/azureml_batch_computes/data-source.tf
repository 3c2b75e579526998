# All of the provider's subscription. subscription_id, resource_group_name or workspace_id
# look elsewhere, or into less.
data "azureml_batch_computes" "example" {}

# Name of each Batch compute, with the Batch account behind it.
output "batch_accounts" {
  value = { for compute in data.azureml_batch_computes.example.batch_computes : compute.id => compute.batch_account_id }
}

# Those that pipelines cannot use.
output "failed" {
  value = [for compute in data.azureml_batch_computes.example.batch_computes : compute.id if compute.provisioning_state == "Failed"]
}
