# The same as in estate without writing a resource, from Terraform 1.14 on: terraform query
# finds what attached.tfquery.hcl asks for, and writes the configuration.
#
#   terraform init
#   terraform query
#   terraform query -generate-config-out=computes.tf
#   terraform plan
#   terraform apply
terraform {
  required_version = ">= 1.14"

  required_providers {
    azureml = {
      source = "terraform-provider-azureml/azureml"
    }
  }
}

# The subscription is the one of ARM_SUBSCRIPTION_ID, or subscription_id here.
provider "azureml" {}
