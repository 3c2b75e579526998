package azureml

import (
	"context"
	"encoding/json"
	"time"
)

// BatchCompute is a Batch account attached to a workspace: the Python class of that
// name. Its fields are what the service last said.
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
	// ClusterResourceID is the id of the Batch account, in the service's spelling.
	ClusterResourceID string
	// ClusterLocation is the region the service says the Batch account is in; the
	// compute's own when the service does not say, as in the class; empty when it says null.
	ClusterLocation string
	// ProvisioningState is an open set: Creating, Succeeded, Failed, Deleting and more.
	ProvisioningState string
	// ProvisioningErrors is empty when there are none.
	ProvisioningErrors []ErrorInfo
	// IsAttached is true for whatever was attached rather than made by the workspace.
	IsAttached bool
	// CreatedOn and ModifiedOn are zero when the service does not say.
	CreatedOn, ModifiedOn time.Time

	workspace *Workspace
	// provisioningErrors is what the service sent, for Serialize.
	provisioningErrors json.RawMessage
	// operation is the last one begun on this object.
	operation *operation
}

// States of a compute that decide something. The set is open.
const (
	stateDeleting  = "Deleting"
	stateSucceeded = "Succeeded"
	stateFailed    = "Failed"
	stateCanceled  = "Canceled"
	stateCreating  = "Creating"
)

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

// become takes over what the service says now.
func (b *BatchCompute) become(current *BatchCompute) {
	current.operation = b.operation
	*b = *current
}

// Done reports that no operation is changing the compute any more.
func (b *BatchCompute) Done() bool {
	switch b.ProvisioningState {
	case stateSucceeded, stateFailed, stateCanceled:
		return true
	}
	return false
}

// Failed reports that the attach of this compute ended without success. It holds its
// name until it is detached.
func (b *BatchCompute) Failed() bool {
	return b.ProvisioningState == stateFailed || b.ProvisioningState == stateCanceled
}

// Deleting reports that the compute is being detached. It holds its name until that is
// done, and nothing can stop it.
func (b *BatchCompute) Deleting() bool { return IsDeleting(b.ProvisioningState) }

// IsDeleting reports a provisioning state that means that the compute is being detached.
func IsDeleting(state string) bool { return state == stateDeleting }
