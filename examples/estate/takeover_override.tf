# Terraform merges a file of this name into the resource of main.tf.
resource "azureml_batch_compute" "this" {
  for_each = local.found

  lifecycle {
    # A workspace that cannot be read at the moment is missing in local.found. Its computes
    # must not be detached because of that.
    prevent_destroy = true
  }
}
