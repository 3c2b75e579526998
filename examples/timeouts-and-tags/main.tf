# More than the Python class can say.
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
  # these two later detaches and attaches again.
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

# The service need not keep tags: this is what the configuration says, and a tag that
# the service forgets is no change.
output "tags" {
  value = azureml_batch_compute.example.tags
}
