provider "azureml" {
  use_msi = true
}
