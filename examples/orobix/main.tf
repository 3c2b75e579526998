# Two providers are called azureml: this one, and orobix/azureml, which manages datastores.
# Each gets a local name of its own. The resource types of both begin with azureml_, from
# which Terraform would infer the local name azureml, so each resource says its provider.
terraform {
  required_version = ">= 1.8"

  required_providers {
    azureml = {
      source  = "terraform-provider-azureml/azureml"
      version = "~> 0.1"
    }
    orobix = {
      source  = "orobix/azureml"
      version = "~> 0.0.2"
    }
  }
}

provider "azureml" {}

# It signs in with a client secret only, and reads no environment variables.
provider "orobix" {
  tenant_id       = var.tenant_id
  subscription_id = var.subscription_id
  client_id       = var.client_id
  client_secret   = var.client_secret
}

variable "tenant_id" {
  type        = string
  description = "Tenant of the service principal."
}

variable "subscription_id" {
  type        = string
  description = "Subscription of the workspace."
}

variable "client_id" {
  type        = string
  description = "Client id of the service principal."
}

variable "client_secret" {
  type        = string
  description = "Secret of the service principal, and of the datastore."
  sensitive   = true
}

variable "batch_account_id" {
  type        = string
  description = "Id of the Batch account."
}

resource "azureml_batch_compute" "example" {
  provider = azureml

  name             = "mybatchcompute"
  workspace_id     = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/ws0"
  batch_account_id = var.batch_account_id
}

resource "azureml_datastore" "example" {
  provider = orobix

  resource_group_name    = "rg-ml"
  workspace_name         = "ws0"
  name                   = "results"
  description            = "What the pipelines write"
  storage_type           = "AzureBlob"
  storage_account_name   = "examplestorage"
  storage_container_name = "results"

  auth = {
    credentials_type = "ServicePrincipal"
    tenant_id        = var.tenant_id
    client_id        = var.client_id
    client_secret    = var.client_secret
  }
}
