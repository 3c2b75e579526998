terraform {
  required_version = ">= 1.14" # terraform query

  required_providers {
    azureml = {
      source  = "terraform-provider-azureml/azureml"
      version = "~> 0.1"
    }
  }
}
