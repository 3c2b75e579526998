terraform {
  required_providers {
    azureml = {
      source = "terraform-provider-azureml/azureml"
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
