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
  type = string
}

data "azureml_batch_compute" "example" {
  name         = "mybatchcompute"
  workspace_id = var.workspace_id
}

output "serialized" {
  value = jsondecode(data.azureml_batch_compute.example.serialized)
}
