# The workspace of a compute, from the compute's id.
output "workspace_id" {
  value = provider::azureml::parse_batch_compute_id(var.compute_id).workspace_id
}

variable "compute_id" {
  type        = string
  description = "Id of the compute."
}
