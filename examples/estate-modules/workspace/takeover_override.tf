resource "azureml_batch_compute" "this" {
  lifecycle {
    # A workspace that cannot be read at the moment is missing in what was found. Its
    # computes must not be detached because of that.
    prevent_destroy = true
  }
}
