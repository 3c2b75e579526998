# terraform query finds what attached.tfquery.hcl describes, and generates the configuration.
terraform {
  required_version = ">= 1.14" # terraform query

  required_providers {
    azureml = {
      source  = "terraform-provider-azureml/azureml"
      version = "~> 0.1"
    }
  }
}

# The subscription is the one of ARM_SUBSCRIPTION_ID, or subscription_id here.
provider "azureml" {}
