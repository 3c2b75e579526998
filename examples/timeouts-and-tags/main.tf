# Every optional setting, of which the Python class has none.
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

  # Sent when the account is attached. Azure cannot change an attachment, so changing
  # these two later detaches the account and attaches it again.
  description = "Nightly risk runs"
  tags = {
    team        = "risk"
    cost_center = "4711"
  }

  # Default: the workspace's region. "West Europe" and "westeurope" are the same.
  location = "West Europe"

  # How long to wait for Azure. Changing these changes nothing in Azure.
  timeouts {
    create = "30m"
    read   = "2m"
    delete = "30m"
  }
}

# The service may drop tags: these are the configured ones, and a dropped tag causes no
# diff.
output "tags" {
  value = azureml_batch_compute.example.tags
}
