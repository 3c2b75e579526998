# Terraform merges a file of this name into the module block of main.tf.
module "workspace" {
  for_each = local.found
}
