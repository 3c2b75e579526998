provider "azureml" {
  tenant_id               = "00000000-0000-0000-0000-0000000000aa"
  client_id_file_path     = "secrets/client-id"
  client_secret_file_path = "secrets/client-secret"
}
