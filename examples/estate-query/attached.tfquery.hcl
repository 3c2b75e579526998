list "azureml_batch_compute" "attached" {
  provider = azureml

  # Needed for -generate-config-out, which generates resources from it.
  include_resource = true
  # Terraform stops at 100 unless told otherwise.
  limit = 1000
}
