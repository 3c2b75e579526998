provider "azureml" {
  use_msi   = true
  client_id = "00000000-0000-0000-0000-0000000000e1"
}
