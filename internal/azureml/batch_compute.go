package azureml

import (
	"context"
	"encoding/json"
	"time"
)

// BatchCompute is a Batch account attached to a workspace: the Python class of that
// name. Its fields are as the service last reported them.
type BatchCompute struct {
	// ID is the compute's Resource Manager id, in the workspace's spelling.
	ID string
	// Name is the compute's name in the workspace.
	Name string
	// Location is the compute's region; it may differ from the workspace's.
	Location string
	// Tags is nil when the service has none or does not keep them.
	Tags map[string]string
	// Description is nil when there is none.
	Description *string
	// ClusterResourceID is the id of the Batch account, in the service's spelling; empty
	// when the service does not say.
	ClusterResourceID string
	// ClusterLocation is the region the service says the Batch account is in; the
	// compute's own when the service does not say, as in the class; empty when it says null.
	ClusterLocation string
	// ProvisioningState is an open set: Creating, Succeeded, Failed, Deleting and more.
	ProvisioningState string
	// ProvisioningErrors is empty when there are none.
	ProvisioningErrors []ErrorInfo
	// IsAttached is false for a compute that the workspace has made itself.
	IsAttached bool
	// CreatedOn and ModifiedOn are zero when the service does not say.
	CreatedOn, ModifiedOn time.Time

	workspace *Workspace
	// provisioningErrors is what the service sent, for Serialize.
	provisioningErrors json.RawMessage
	// operation is the last one started on this object.
	operation *operation
}

// WorkspaceID is the id of the workspace that the compute is in.
func (b *BatchCompute) WorkspaceID() WorkspaceID { return b.workspace.ID }

// BatchCompute retrieves a compute of the workspace by name: the constructor of the
// Python class. The error is a [NotFoundError] when there is none, and an
// [OtherTypeError] when it is of another type.
func (w *Workspace) BatchCompute(ctx context.Context, name string) (*BatchCompute, error) {
	found, err := w.LookUp(ctx, name)
	if err != nil {
		return nil, err
	}
	return found.batchCompute()
}

// RefreshState reads the compute again, in place.
func (b *BatchCompute) RefreshState(ctx context.Context) error {
	current, err := b.workspace.BatchCompute(ctx, b.Name)
	if err != nil {
		return err
	}
	b.become(current)
	return nil
}

// become replaces the fields by those of current.
func (b *BatchCompute) become(current *BatchCompute) {
	current.operation = b.operation
	*b = *current
}

// Lacks says what an incomplete compute of a list lacks; empty for a complete one.
func (b *BatchCompute) Lacks() string {
	switch {
	case b.Name == "":
		return "it has no name"
	case b.ClusterResourceID == "":
		return "it has no Batch account"
	}
	return ""
}

// Reasons are the provisioning errors as they are shown; empty when there are none.
func (b *BatchCompute) Reasons() string { return describe(b.ProvisioningErrors) }
