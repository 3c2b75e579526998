provider "azureml" {
  tenant_id                   = "00000000-0000-0000-0000-0000000000aa"
  client_id                   = "00000000-0000-0000-0000-0000000000cc"
  client_certificate_path     = "secrets/client.pfx"
  client_certificate_password = var.client_certificate_password
}

variable "client_certificate_password" {
  type      = string
  sensitive = true
}
