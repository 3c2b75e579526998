provider "azureml" {
  use_aks_workload_identity = true
}
