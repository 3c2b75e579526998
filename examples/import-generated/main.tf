# The same without writing the resource: Terraform writes it.
#
#   terraform plan -generate-config-out=computes.tf
#   terraform apply
terraform {
  required_providers {
    azureml = {
      source = "terraform-provider-azureml/azureml"
    }
  }
}

variable "workspace_id" {
  type        = string
  description = "Id of the workspace."
}

import {
  to = azureml_batch_compute.example
  id = "${var.workspace_id}/computes/mybatchcompute"
}
