# What compute.serialize() of the Python SDK gives, for a script that reads it back.
resource "local_file" "compute" {
  filename = "compute.json"
  content  = provider::azureml::serialize_batch_compute(azureml_batch_compute.example)
}
