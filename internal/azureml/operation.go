package azureml

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// operation is a long-running operation of the service on one compute.
type operation struct {
	kind operationKind
	// account is the Batch account of the attach; empty for an operation that another
	// caller started.
	account string
	// status is the URL of its status, exactly as the service sent it: it is signed. Empty
	// when the service sent none; then the compute's state decides.
	status string
	// lastStatus and lastState are those last seen of the operation and of the compute;
	// empty before.
	lastStatus, lastState string
	// started is the header of the reply that started it; nil when that was lost.
	started http.Header
	// requestID and correlationID are those of the last reply about it.
	requestID, correlationID string
}

type operationKind string

const (
	attaching operationKind = "attach"
	detaching operationKind = "detach"
)

// accepted records the status URL of the reply that started the operation.
func (o *operation) accepted(response *http.Response) {
	o.started = response.Header
	o.status = response.Header.Get("Azure-AsyncOperation")
	o.record(response)
}

func (o *operation) record(response *http.Response) {
	o.requestID = response.Header.Get("x-ms-request-id")
	o.correlationID = response.Header.Get("x-ms-correlation-request-id")
}

// success is the last status if it says that the operation succeeded, and else empty.
func (o *operation) success() string {
	if phaseOf(o.lastStatus) == succeeded {
		return o.lastStatus
	}
	return ""
}

func (o *operation) failure(state string, infos []ErrorInfo) *ProvisioningError {
	return &ProvisioningError{
		Operation: string(o.kind), State: state, Errors: infos,
		RequestID: o.requestID, CorrelationID: o.correlationID,
	}
}

// WaitForCompletion waits for the end of the last attach or detach of this object, and
// refreshes it. Without one it waits until the compute's state is final. A failed
// operation is a [ProvisioningError]; a context that ends is an [InterruptedError], and
// the operation goes on in Azure.
func (b *BatchCompute) WaitForCompletion(ctx context.Context) error {
	if b.operation == nil && b.phase() == succeeded {
		return nil
	}
	if b.operation == nil {
		b.operation = &operation{kind: attaching}
	}
	defer b.workspace.cache.snapshots.invalidate()
	failure, err := b.followStatus(ctx)
	if err != nil {
		return err
	}
	if b.operation.kind == detaching {
		_, err := b.waitUntilFree(ctx, failure)
		return err
	}
	return b.waitUntilDone(ctx, failure)
}

func (b *BatchCompute) doing() string {
	doing := fmt.Sprintf("waiting for Azure to attach the Batch account as compute %q. Azure has accepted the attach and continues in the background", b.Name)
	if b.operation.kind == detaching {
		doing = fmt.Sprintf("waiting for Azure to detach compute %q. Azure has accepted the detach and continues in the background", b.Name)
	}
	if status := b.operation.lastStatus; status != "" {
		doing += fmt.Sprintf(". The operation's last status was %q", status)
	}
	if state := b.operation.lastState; state != "" {
		doing += fmt.Sprintf(". The compute's last state was %q", state)
	}
	return doing
}

// followStatus polls the operation's status until it has ended, or until only the compute
// itself can tell: the service replies 404 for some operations that succeeded, and 403 to
// callers without permissions above the workspace. If the status keeps failing, the compute
// is read as well after [Polling.Lag]. A failed sign-in fails the read of the compute too.
func (b *BatchCompute) followStatus(ctx context.Context) (*ProvisioningError, error) {
	client, status := b.workspace.client, b.operation.status
	if status == "" {
		return nil, nil
	}
	if !client.trusts(status) {
		tflog.Warn(ctx, "The operation's status URL is not the configured Resource Manager's; polling the compute instead",
			map[string]any{"host_and_path": hostAndPathOf(status)})
		return nil, nil
	}
	var last error
	header := b.operation.started
	understood := time.Now()
	for pace := client.newPacer(); pace.wait(ctx, header); {
		document, response, err := client.get(ctx, status)
		switch {
		case ctx.Err() != nil:
			return nil, interrupted(ctx, b.doing(), lastOf(err, last))
		case stopsWaiting(err):
			return nil, nil
		case err != nil:
			last, header = err, nil
			late := time.Since(understood) > client.polling.Lag
			if late && (isMalformed(err) || b.ended(ctx)) {
				return nil, nil
			}
			continue
		}
		header = response.Header
		b.operation.record(response)
		b.operation.lastStatus = jsonText(document["status"])
		switch phaseOf(b.operation.lastStatus) {
		case succeeded:
			return nil, nil
		case failed:
			return b.operation.failure(b.operation.lastStatus, decodeErrors(document["error"])), nil
		case inProgress, deleting:
			understood = time.Now()
		default:
			if b.ended(ctx) || time.Since(understood) > client.polling.Lag {
				return nil, nil
			}
		}
	}
	return nil, interrupted(ctx, b.doing(), last)
}

// ended reads the compute to find out whether an operation of unknown status has ended. It
// does so during an outage too, which may concern only the status.
func (b *BatchCompute) ended(ctx context.Context) bool {
	found, err := b.workspace.LookUp(whileSettling(ctx), b.Name)
	if err != nil {
		return false
	}
	if b.operation.kind == detaching {
		return b.goneFrom(found)
	}
	return found.Batch != nil && found.Batch.Done()
}

// stopsWaiting reports an error that is not retryable: a failed sign-in, or a refusal. That
// of a status URL says nothing about the operation.
func stopsWaiting(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return IsSignIn(err) || ok && e.StatusCode >= 300 && e.StatusCode < 500 && e.StatusCode != http.StatusRequestTimeout
}

// lastOf is the last error: of the interrupted request, or before it.
func lastOf(err, before error) error {
	if e, ok := errors.AsType[*InterruptedError](err); ok && e.Last != nil {
		return e.Last
	}
	return before
}

// waitUntilDone refreshes the compute until its state is final. A compute that is missing,
// or is still the one that was attached before, gets [Polling.Lag]: a region of Resource
// Manager may not know of the new one yet. So does an unknown state, which is then
// accepted as final.
func (b *BatchCompute) waitUntilDone(ctx context.Context, failure *ProvisioningError) error {
	progressed := time.Now()
	var last error
	for pace := b.workspace.client.newPacer(); ; {
		found, err := b.workspace.LookUp(ctx, b.Name)
		if found.Batch != nil {
			b.become(found.Batch)
			b.operation.lastState = b.ProvisioningState
		}
		late := time.Since(progressed) > b.workspace.client.polling.Lag
		switch {
		case failure != nil:
			failure.add(found.Batch)
			return failure
		case ctx.Err() != nil:
			return interrupted(ctx, b.doing(), lastOf(err, last))
		case stopsWaiting(err), late && isMalformed(err):
			return err
		case err != nil:
			last = err
		case found.Free() && late:
			return &NeverSeenError{found.NotFound, b.operation.success()}
		case found.Free():
			last = found.NotFound
		case found.Batch == nil:
			_, err := found.batchCompute()
			return err
		case b.Failed():
			return b.operation.failure(b.ProvisioningState, b.ProvisioningErrors)
		case b.phase() == inProgress || b.Deleting():
			progressed = time.Now()
		case !b.hasAccount(b.operation.account):
			if late {
				return &OtherAccountError{ID: b.ID, Wanted: b.operation.account, BatchAccountID: b.ClusterResourceID}
			}
		case b.phase() == succeeded || late:
			return nil
		}
		if !pace.wait(ctx, nil) {
			return interrupted(ctx, b.doing(), last)
		}
	}
}

// hasAccount reports that the compute has this Batch account, or that either is unknown.
func (b *BatchCompute) hasAccount(account string) bool {
	return account == "" || b.ClusterResourceID == "" || EqualIDs(b.ClusterResourceID, account)
}

// WaitUntilFree waits until a compute that is being detached is gone. It returns what has
// its name then: nothing, or a compute of another caller.
func (b *BatchCompute) WaitUntilFree(ctx context.Context) (Lookup, error) {
	defer b.workspace.cache.snapshots.invalidate()
	b.operation = &operation{kind: detaching}
	return b.waitUntilFree(ctx, nil)
}

// waitUntilFree waits until the compute's name is free again, so that the same name
// or account can be attached again.
func (b *BatchCompute) waitUntilFree(ctx context.Context, failure *ProvisioningError) (Lookup, error) {
	ended := time.Now()
	var last error
	for pace := b.workspace.client.newPacer(); ; {
		found, err := b.workspace.LookUp(ctx, b.Name)
		if found.Batch != nil {
			b.operation.lastState = found.Batch.ProvisioningState
		}
		late := time.Since(ended) > b.workspace.client.polling.Lag
		switch {
		case err == nil && b.goneFrom(found):
			return found, nil
		case failure != nil:
			return Lookup{}, failure
		case ctx.Err() != nil:
			return Lookup{}, interrupted(ctx, b.doing(), lastOf(err, last))
		case stopsWaiting(err), late && isMalformed(err):
			return Lookup{}, err
		case err != nil:
			last = err
		case found.Batch.Deleting():
			ended = time.Now()
		case late:
			left := b.operation.failure(found.Batch.ProvisioningState, found.Batch.ProvisioningErrors)
			left.StillThere, left.Status = true, b.operation.success()
			return Lookup{}, left
		}
		if !pace.wait(ctx, nil) {
			return Lookup{}, interrupted(ctx, b.doing(), last)
		}
	}
}
