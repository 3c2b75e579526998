package azureml

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// operation is a long-running operation of the service on one compute.
type operation struct {
	kind operationKind
	// status is the address to ask for its status, exactly as the service gave it: it
	// is signed. Empty when the service gave none; then the compute's own state tells.
	status string
	// requestID and correlationID are those of the last reply about it.
	requestID, correlationID string
}

type operationKind string

const (
	attaching operationKind = "attach"
	detaching operationKind = "detach"
)

// begin takes the operation's address from the reply that began it.
func (o *operation) begin(response *http.Response) {
	o.status = response.Header.Get("Azure-AsyncOperation")
	o.saw(response)
}

func (o *operation) saw(response *http.Response) {
	o.requestID = response.Header.Get("x-ms-request-id")
	o.correlationID = response.Header.Get("x-ms-correlation-request-id")
}

func (o *operation) failure(state string, infos []ErrorInfo) *ProvisioningError {
	return &ProvisioningError{
		Operation: string(o.kind), State: state, Errors: infos,
		RequestID: o.requestID, CorrelationID: o.correlationID,
	}
}

// WaitForCompletion waits for the end of the attach or detach begun last on this
// object, and refreshes it. Without one it waits until the compute's state is final.
// A failed operation is a [ProvisioningError]; a context that ends is an
// [InterruptedError], and the operation goes on in Azure.
func (b *BatchCompute) WaitForCompletion(ctx context.Context) error {
	if b.operation == nil && b.Done() && !b.Failed() {
		return nil
	}
	if b.operation == nil {
		b.operation = &operation{kind: attaching}
	}
	defer b.workspace.known.snapshot.wrote()
	failure, err := b.followStatus(ctx)
	if err != nil {
		return err
	}
	if b.operation.kind == detaching {
		return b.waitUntilFree(ctx, failure)
	}
	return b.waitUntilDone(ctx, failure)
}

func (b *BatchCompute) doing() string {
	if b.operation.kind == detaching {
		return fmt.Sprintf("waiting for Azure to detach compute %q. Azure has accepted the detach and goes on with it by itself", b.Name)
	}
	return fmt.Sprintf("waiting for Azure to attach the Batch account as compute %q. Azure has accepted the attach and goes on with it by itself", b.Name)
}

// followStatus asks for the operation's status until it has ended, or until it turns
// out that the compute itself must tell: the service answers 404 for some operations
// that succeeded, and 403 to who has no rights above the workspace. A status that
// could not be read is no end of the operation.
func (b *BatchCompute) followStatus(ctx context.Context) (*ProvisioningError, error) {
	client, status := b.workspace.client, b.operation.status
	if status == "" {
		return nil, nil
	}
	if !client.trusts(status) {
		tflog.Warn(ctx, "The operation's status address is not the configured Resource Manager's; the compute is asked instead",
			map[string]any{"host_and_path": hostAndPathOf(status)})
		return nil, nil
	}
	var last error
	var header http.Header
	for pace := newTicker(client.polling, client.lately(b.operation.kind)); pace.wait(ctx, header); {
		document, response, err := client.get(ctx, status)
		if ctx.Err() != nil {
			last = lastOf(err, last)
			break
		}
		if err != nil && asksElsewhere(err) {
			return nil, nil
		}
		if err != nil && endsWaiting(err) {
			return nil, err
		}
		if err != nil {
			last, header = err, nil
			continue
		}
		header = response.Header
		b.operation.saw(response)
		state, ok := document["status"].(string)
		if !ok {
			last = malformed(response, errors.New(`the operation has no "status"`))
			continue
		}
		switch strings.ToLower(state) {
		case "succeeded":
			pace.succeeded()
			return nil, nil
		case "failed", "canceled", "cancelled":
			return b.operation.failure(state, decodeErrors(document["error"])), nil
		}
		pace.notYet()
	}
	return nil, interrupted(ctx, b.doing(), last)
}

// asksElsewhere reports a refusal that says nothing of the operation.
func asksElsewhere(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.StatusCode >= 400 && e.StatusCode < 500 &&
		e.StatusCode != http.StatusUnauthorized && e.StatusCode != http.StatusTooManyRequests && e.StatusCode != http.StatusRequestTimeout
}

// endsWaiting reports an error that asking again cannot mend.
func endsWaiting(err error) bool {
	return isSignIn(err) || hasStatus(err, http.StatusUnauthorized) || asksElsewhere(err)
}

// lastOf is what went wrong last: within an interrupted request, or before it.
func lastOf(err, before error) error {
	if e, ok := errors.AsType[*InterruptedError](err); ok && e.Last != nil {
		return e.Last
	}
	return before
}

// waitUntilDone refreshes the compute until its state is final. A compute that is not
// there yet is one that not every region of Resource Manager knows of.
func (b *BatchCompute) waitUntilDone(ctx context.Context, failure *ProvisioningError) error {
	accepted := time.Now()
	var last error
	for pace := newTicker(b.workspace.client.polling, nil); ; {
		found, err := b.workspace.LookUp(ctx, b.Name)
		if found.Batch != nil {
			b.become(found.Batch)
		}
		switch {
		case failure != nil:
			if found.Batch != nil {
				failure.Errors = append(failure.Errors, b.ProvisioningErrors...)
			}
			return failure
		case ctx.Err() != nil:
			return interrupted(ctx, b.doing(), lastOf(err, last))
		case err != nil && endsWaiting(err):
			return err
		case err != nil:
			last = err
		case found.Free() && time.Since(accepted) < b.workspace.client.polling.Lag:
			last = found.NotFound
		case found.Batch == nil:
			_, err := found.batchCompute()
			return err
		case b.Failed():
			return b.operation.failure(b.ProvisioningState, b.ProvisioningErrors)
		case b.Done():
			return nil
		}
		if !pace.wait(ctx, nil) {
			return interrupted(ctx, b.doing(), last)
		}
	}
}

// WaitUntilFree waits until a compute that is being detached has left its name.
func (b *BatchCompute) WaitUntilFree(ctx context.Context) error {
	defer b.workspace.known.snapshot.wrote()
	b.operation = &operation{kind: detaching}
	return b.waitUntilFree(ctx, nil)
}

// waitUntilFree waits until the compute's name is free again, so that the same name
// or account can be attached again.
func (b *BatchCompute) waitUntilFree(ctx context.Context, failure *ProvisioningError) error {
	ended := time.Now()
	var last error
	for pace := newTicker(b.workspace.client.polling, nil); ; {
		found, err := b.workspace.LookUp(ctx, b.Name)
		switch {
		case err == nil && b.goneFrom(found):
			return nil
		case failure != nil:
			return failure
		case ctx.Err() != nil:
			return interrupted(ctx, b.doing(), lastOf(err, last))
		case err != nil && endsWaiting(err):
			return err
		case err != nil:
			last = err
		case found.Batch.Deleting():
			ended = time.Now()
		case time.Since(ended) > b.workspace.client.polling.Lag:
			left := b.operation.failure(found.Batch.ProvisioningState, found.Batch.ProvisioningErrors)
			left.StillThere = true
			return left
		}
		if !pace.wait(ctx, nil) {
			return interrupted(ctx, b.doing(), last)
		}
	}
}
