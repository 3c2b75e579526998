# Terraform merges a file of this name into the resource of main.tf.
resource "azureml_batch_compute" "this" {
  for_each = local.found

  lifecycle {
    # A workspace that cannot be read today is missing in local.found. Its computes must
    # not be detached for that.
    prevent_destroy = true
  }
}
