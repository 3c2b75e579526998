provider "azureml" {
  tenant_id = "00000000-0000-0000-0000-0000000000aa"
  client_id = "00000000-0000-0000-0000-0000000000cc"
  use_oidc  = true
}
