# What Terraform manages, as terraform.tfvars.
output "tfvars" {
  value = join("", concat(
    ["batch_computes = {\n"],
    [for key, compute in azureml_batch_compute.this : format(
      "  %q = {\n    workspace_id     = %q\n    name             = %q\n    batch_account_id = %q\n  }\n",
      key, compute.workspace_id, compute.name, compute.batch_account_id,
    )],
    ["}\n"],
  ))
}

locals {
  row = "%-28s  %-24s  %-24s  %-10s  %s"
  # The names of the computes, by workspace and Batch account.
  names = {
    for compute in azureml_batch_compute.this :
    lower("${compute.workspace_id} ${compute.batch_account_id}") => compute.name...
  }
}

# The same as a table: terraform output -raw table.
output "table" {
  value = join("\n", concat(
    [trimspace(format(local.row, "WORKSPACE", "COMPUTE", "BATCH ACCOUNT", "STATE", ""))],
    [for compute in azureml_batch_compute.this : trimspace(format(local.row,
      basename(compute.workspace_id), compute.name, basename(compute.batch_account_id), compute.provisioning_state,
      join(" ", concat(
        compute.provisioning_errors[*].message,
        [for other in local.names[lower("${compute.workspace_id} ${compute.batch_account_id}")] : "Also attached as ${other}." if other != compute.name],
      ))
    ))],
    [""],
  ))
}
