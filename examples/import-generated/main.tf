# Imports a compute without writing the resource: Terraform generates it.
#
#   terraform plan -generate-config-out=computes.tf
#   terraform apply
terraform {
  required_version = ">= 1.8"

  required_providers {
    azureml = {
      source  = "terraform-provider-azureml/azureml"
      version = "~> 0.1"
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
