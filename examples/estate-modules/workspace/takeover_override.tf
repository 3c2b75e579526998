resource "azureml_batch_compute" "this" {
  lifecycle {
    # A workspace that cannot be read today is missing in what was found. Its computes must
    # not be detached for that.
    prevent_destroy = true
  }
}
