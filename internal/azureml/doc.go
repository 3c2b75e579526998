// Package azureml attaches Azure Batch accounts to Azure Machine Learning
// workspaces. It does what the class BatchCompute of the Python SDK v1 does, and
// names things as that class does: a [Workspace] has [BatchCompute] targets, which
// are attached with an [AttachConfiguration], waited for, refreshed, serialized,
// deserialized and detached. There is no delete: the class refuses it too.
//
// The package knows nothing of Terraform but its logger: an error says what Azure
// refused and why, by its type and its [ErrorKind], and what to do next is for the
// caller to say. HTTP is azcore's Resource Manager pipeline; replies are decoded by
// hand, because the service sends more shapes than its specification admits.
package azureml
