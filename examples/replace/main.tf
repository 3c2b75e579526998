# Another Batch account under the same name: change batch_account_id. Azure cannot change
# an attachment, so Terraform detaches and attaches again. Meanwhile, pipelines do not find
# the compute.
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

variable "batch_account_id" {
  type        = string
  description = "Id of the Batch account."
}

resource "azureml_batch_compute" "example" {
  name             = "mybatchcompute"
  workspace_id     = var.workspace_id
  batch_account_id = var.batch_account_id

  # Do not set create_before_destroy: the attach would come first, and the name would be
  # taken. A resource that depends on this one must not set it either, because Terraform
  # then applies it to this one too.
}

# Runs again after each attach. The id does not change, so it cannot trigger this.
resource "terraform_data" "after_attach" {
  triggers_replace = azureml_batch_compute.example.created_on

  provisioner "local-exec" {
    command = "echo attached ${azureml_batch_compute.example.batch_account_id}"
  }
}
