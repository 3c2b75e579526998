# In a file whose name ends in .tfquery.hcl, in the folder of the provider block.
list "azureml_batch_compute" "example" {
  provider = azureml

  # Needed for -generate-config-out, which generates resources from it.
  include_resource = true
  # Terraform stops at 100 unless told otherwise.
  limit = 1000

  # By default the whole subscription of the provider is searched.
  config {
    subscription_id     = "00000000-0000-0000-0000-000000000001"
    resource_group_name = "rg-ml"
  }
}
