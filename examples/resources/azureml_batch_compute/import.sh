# The id of the compute, in any letter case. An import block takes the same id, and
# "terraform plan -generate-config-out=compute.tf" generates the resource.
terraform import azureml_batch_compute.example /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/ws0/computes/mybatchcompute
