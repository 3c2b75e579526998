package azureml

import (
	"context"
	"fmt"
	"net/http"
)

// Detach takes the compute out of its workspace, as the Python class does: the Batch
// account stays as it is. It returns when the service has accepted;
// [BatchCompute.WaitForCompletion] waits for the end. There is no delete.
func (b *BatchCompute) Detach(ctx context.Context) error {
	defer b.workspace.cache.snapshot.invalidate()
	response, _, err := b.workspace.client.send(ctx, write{
		method: http.MethodDelete,
		url:    b.workspace.client.resourceURL(b.workspace.computePath(b.Name), "underlyingResourceAction=detach"),
		doing:  fmt.Sprintf("asking Azure to detach compute %q", b.Name),
		settle: func(ctx context.Context, _ bool) (settlement, error) {
			return b.settleDetach(ctx)
		},
	})
	if IsGone(err) {
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

// settleDetach looks at what is there after a DELETE that was refused as busy or
// whose reply was lost. It is settled when the compute is gone or going.
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

// goneFrom reports that this attachment is no more, given what its name stands for now:
// nothing, another type, or an attachment made at another time.
func (b *BatchCompute) goneFrom(found Lookup) bool {
	return found.Batch == nil || !EqualTimes(b.CreatedOn, found.Batch.CreatedOn)
}
