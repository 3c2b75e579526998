package azureml

import (
	"context"
	"fmt"
	"net/http"
)

// Detach sends the detach, as the Python class does: it removes the compute from its
// workspace and leaves the Batch account as it is. It returns once the service has
// accepted it, or says that the compute is gone; [BatchCompute.WaitForCompletion] waits
// for the end. There is no delete.
func (b *BatchCompute) Detach(ctx context.Context) error {
	defer b.workspace.cache.snapshots.invalidate()
	response, _, err := b.workspace.client.send(ctx, write{
		method: http.MethodDelete,
		url:    b.workspace.client.resourceURL(b.workspace.computePath(b.Name), "underlyingResourceAction=detach"),
		doing:  fmt.Sprintf("asking Azure to detach compute %q", b.Name),
		settle: func(ctx context.Context, _ bool) (settlement, error) {
			return b.settleDetach(ctx)
		},
	})
	if isGone(err) {
		err = nil
	}
	if err != nil {
		return err
	}
	b.ProvisioningState = stateDeleting
	b.operation = &operation{kind: detaching}
	if response != nil {
		b.operation.accepted(response)
	}
	return nil
}

// settleDetach finds out what a DELETE did that was refused as busy or whose reply was
// lost. It is settled when the compute is gone or being detached.
func (b *BatchCompute) settleDetach(ctx context.Context) (settlement, error) {
	found, err := b.workspace.LookUp(ctx, b.Name)
	switch {
	case err != nil:
		return idle, err
	case b.goneFrom(found) || found.Batch.Deleting():
		return settled, nil
	case found.Batch.phase() == inProgress:
		return changing, nil
	}
	return idle, nil
}

// goneFrom reports that this attachment no longer exists, given what has its name now:
// nothing, a compute of another type, or an attachment made at another time.
func (b *BatchCompute) goneFrom(found Lookup) bool {
	return found.Batch == nil || !EqualTimes(b.CreatedOn, found.Batch.CreatedOn)
}
