provider "azureml" {
  tenant_id     = "00000000-0000-0000-0000-0000000000aa"
  client_id     = "00000000-0000-0000-0000-0000000000cc"
  client_secret = var.client_secret
}

variable "client_secret" {
  type      = string
  sensitive = true
}
