package azureml

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// Detach takes the compute out of its workspace, as the Python class does: the Batch
// account stays as it is. It returns when the service has accepted;
// [BatchCompute.WaitForCompletion] waits for the end. There is no delete.
func (b *BatchCompute) Detach(ctx context.Context) error {
	begun := &operation{kind: detaching}
	if b.ProvisioningState == StateDeleting {
		b.operation = begun // somebody else's, or one of ours that was interrupted
		return nil
	}
	defer b.workspace.known.snapshot.wrote()
	response, _, err := b.workspace.client.send(ctx, write{
		method:  http.MethodDelete,
		address: b.workspace.client.address(b.workspace.computePath(b.Name), "underlyingResourceAction=detach"),
		doing:   fmt.Sprintf("asking Azure to detach compute %q", b.Name),
		settle: func(ctx context.Context, _ bool) (bool, error) {
			return b.settleDetach(ctx)
		},
	})
	if IsGone(err) {
		err = nil
	}
	if err != nil {
		return err
	}
	if response != nil {
		begun.begin(response)
	}
	b.ProvisioningState = StateDeleting
	b.operation = begun
	return nil
}

// settleDetach looks at what is there after a DELETE that was refused as busy or
// whose reply was lost. It reports true when the compute is gone or going.
func (b *BatchCompute) settleDetach(ctx context.Context) (bool, error) {
	existing, err := b.workspace.BatchCompute(ctx, b.Name)
	if b.replacedBy(existing, err) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return existing.ProvisioningState == StateDeleting, nil
}

// replacedBy reports that this attachment is no more, given what its name has now:
// nothing, another type, or an attachment made at another time.
func (b *BatchCompute) replacedBy(existing *BatchCompute, err error) bool {
	if _, ok := errors.AsType[*NotFoundError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*OtherTypeError](err); ok {
		return true
	}
	return existing != nil && !b.CreatedOn.IsZero() && !existing.CreatedOn.IsZero() && !existing.CreatedOn.Equal(b.CreatedOn)
}
