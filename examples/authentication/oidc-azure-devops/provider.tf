provider "azureml" {
  tenant_id                        = "00000000-0000-0000-0000-0000000000aa"
  client_id                        = "00000000-0000-0000-0000-0000000000cc"
  use_oidc                         = true
  oidc_azure_service_connection_id = "00000000-0000-0000-0000-0000000000b3"
}
