package azureml

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// ExistsError reports that the workspace has a compute of that name already. There is
// never a PUT over a compute that is there.
type ExistsError struct {
	// ID is the compute's.
	ID string
	// Type of the compute, such as Batch or AmlCompute.
	Type string
	// BatchAccountID, ProvisioningState, ProvisioningErrors, Failed and Final are a Batch compute's.
	BatchAccountID, ProvisioningState string
	ProvisioningErrors                []ErrorInfo
	Failed                            bool
	// Final is set when no operation is changing it.
	Final bool
}

func (e *ExistsError) Error() string {
	if e.BatchAccountID == "" {
		return fmt.Sprintf("There is a compute of that name already: %s, of type %s.", e.ID, e.Type)
	}
	return fmt.Sprintf("There is a Batch compute of that name already: %s, of the Batch account %s, in state %s.",
		e.ID, e.BatchAccountID, e.ProvisioningState)
}

// Reasons are the provisioning errors as they are shown; empty when there are none.
func (e *ExistsError) Reasons() string { return describe(e.ProvisioningErrors) }

// Exists describes the compute as one that is in the way.
func (b *BatchCompute) Exists() *ExistsError {
	return &ExistsError{b.ID, BatchComputeType, b.ClusterResourceID, b.ProvisioningState, b.ProvisioningErrors, b.Failed(), b.done()}
}

// Attach attaches a Batch account to the workspace, as ComputeTarget.attach of the
// Python class does: it returns when the service has accepted, and
// [BatchCompute.WaitForCompletion] waits for the end. Before it writes, it refuses
// a second attachment of the same account with a [SecondAttachmentError].
//
// The compute is not nil whenever it may exist in Azure now, also beside an error.
func (w *Workspace) Attach(ctx context.Context, name string, configuration AttachConfiguration) (*BatchCompute, error) {
	if err := errors.Join(ValidateComputeName(name), configuration.Validate()); err != nil {
		return nil, err
	}
	w.client.preflight.silent.Store(true)
	account := configuration.BatchAccountID(w.ID)
	if err := w.client.attachments.reserve(w.ID, account, name); err != nil {
		return nil, err
	}
	defer w.known.snapshot.wrote()
	compute, err := w.attach(ctx, name, account, configuration)
	if compute == nil {
		w.client.attachments.release(w.ID, account, name)
	}
	return compute, err
}

func (w *Workspace) attach(ctx context.Context, name, account string, configuration AttachConfiguration) (*BatchCompute, error) {
	if err := w.refuseSecondAttachment(ctx, account, name); err != nil {
		return nil, err
	}
	// Where a detach of this very compute was waited for, its end released the account.
	if err := w.client.attachments.reserve(w.ID, account, name); err != nil {
		return nil, err
	}
	location := configuration.Location
	if location == "" {
		var err error
		if location, err = w.Location(ctx); err != nil {
			return nil, err
		}
	}
	body, err := attachBody(location, account, configuration)
	if err != nil {
		return nil, err
	}
	attached := &BatchCompute{
		ID: w.ID.ComputeID(name), Name: name, Location: location, ClusterResourceID: account,
		ProvisioningState: stateCreating, IsAttached: true,
		workspace: w, operation: &operation{kind: attaching},
	}
	response, perhaps, err := w.client.send(ctx, write{
		method: http.MethodPut, address: w.client.address(w.computePath(name)), body: body,
		doing: fmt.Sprintf("asking Azure to attach the Batch account as compute %q", name),
		settle: func(ctx context.Context, lost bool) (bool, error) {
			return w.settleAttach(ctx, name, account, lost)
		},
	})
	if response != nil {
		attached.operation.begin(response)
	}
	if err != nil && (!perhaps || w.takenByAnother(ctx, name, account)) {
		return nil, err
	}
	return attached, err
}

// attachBody is the body that the Python class sends; what the class cannot say is
// left out unless it is given.
func attachBody(location, account string, configuration AttachConfiguration) ([]byte, error) {
	type properties struct {
		ComputeType string  `json:"computeType"`
		ResourceID  string  `json:"resourceId"`
		Description *string `json:"description,omitempty"`
	}
	return json.Marshal(struct {
		Location   string            `json:"location"`
		Tags       map[string]string `json:"tags,omitempty"`
		Properties properties        `json:"properties"`
	}{location, configuration.Tags, properties{BatchComputeType, account, configuration.Description}})
}

// settleAttach looks at what is there after a PUT that was refused as busy or whose
// reply was lost. It reports true when the compute is there and is ours.
func (w *Workspace) settleAttach(ctx context.Context, name, account string, lost bool) (bool, error) {
	// A region may not know yet of a PUT that another one took, so after a lost reply
	// one "not there" is not believed.
	looks := 1
	if lost {
		looks = 3
	}
	for n := range looks {
		existing, err := w.BatchCompute(ctx, name)
		if _, ok := errors.AsType[*NotFoundError](err); ok {
			if n+1 < looks && !sleep(ctx, backoff(n)) {
				return false, ctx.Err()
			}
			continue
		}
		if other, ok := errors.AsType[*OtherTypeError](err); ok {
			return false, &ExistsError{ID: other.ID, Type: other.Type}
		}
		if err != nil {
			return false, err
		}
		if existing.ProvisioningState == StateDeleting {
			return false, nil
		}
		if lost && EqualIDs(existing.ClusterResourceID, account) {
			return true, nil
		}
		return false, existing.Exists()
	}
	return false, nil
}

// takenByAnother reports that the name is certainly not our compute's: something else
// has it, or the workspace is gone. That nothing has it is not certain: a region of
// Resource Manager may not know yet of a PUT that another one took. It is asked when the
// outcome of a PUT is open, perhaps because the caller's context has ended, so it has a
// little time of its own.
func (w *Workspace) takenByAnother(ctx context.Context, name, account string) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	existing, err := w.BatchCompute(ctx, name)
	if err == nil {
		return !EqualIDs(existing.ClusterResourceID, account)
	}
	notFound, missing := errors.AsType[*NotFoundError](err)
	_, otherType := errors.AsType[*OtherTypeError](err)
	return otherType || missing && notFound.WorkspaceGone()
}
