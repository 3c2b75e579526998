package azureml

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// ExistsError reports that the workspace already has a compute of that name. An attach
// never overwrites a compute.
type ExistsError struct {
	// Found is the compute: a Batch compute, or one of another type.
	Found Lookup
}

func (e *ExistsError) Error() string {
	if other := e.Found.OtherType; other != nil {
		return fmt.Sprintf("There is a compute of that name already: %s, of type %s.", other.ID, other.Type)
	}
	there := e.Found.Batch
	if there.ClusterResourceID == "" {
		return fmt.Sprintf("There is a Batch compute of that name already: %s, in state %s.", there.ID, there.ProvisioningState)
	}
	return fmt.Sprintf("There is a Batch compute of that name already: %s, of the Batch account %s, in state %s.",
		there.ID, there.ClusterResourceID, there.ProvisioningState)
}

// Attach attaches a Batch account to the workspace, as ComputeTarget.attach of the
// Python class does: it returns once the service has accepted it, and
// [BatchCompute.WaitForCompletion] waits for the end. Before it writes, it refuses
// a second attachment of the same account with a [SecondAttachmentError].
//
// The compute is not nil whenever it may exist in Azure now, even together with an error.
func (w *Workspace) Attach(ctx context.Context, name string, configuration AttachConfiguration) (*BatchCompute, error) {
	if err := errors.Join(ValidateComputeName(name), configuration.Validate()); err != nil {
		return nil, err
	}
	account := configuration.BatchAccountID(w.ID)
	if err := w.refuseSecondAttachment(ctx, account, name); err != nil {
		return nil, err
	}
	defer w.cache.snapshots.invalidateFor(name)
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
		workspace: w, operation: &operation{kind: attaching, account: account},
	}
	response, uncertain, err := w.client.send(ctx, write{
		method: http.MethodPut, url: w.client.resourceURL(w.computePath(name)), body: body,
		doing: fmt.Sprintf("asking Azure to attach the Batch account as compute %q", name),
		settle: func(ctx context.Context, lost bool) (settlement, error) {
			return w.settleAttach(ctx, name, account, lost)
		},
	})
	if response != nil {
		attached.operation.accepted(response)
	}
	if err != nil && (!uncertain || w.takenByAnother(ctx, name, account)) {
		return nil, err
	}
	return attached, err
}

// attachBody is the body that the Python class sends. Fields that the class does not have
// are left out unless they are set.
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
	}{location, configuration.Tags, properties{BatchComputeType, canonical(account), configuration.Description}})
}

// canonical is a Batch account's id in Resource Manager's spelling of its fixed parts.
func canonical(account string) string {
	id, err := ParseBatchAccountID(account)
	if err != nil {
		return account // the service refuses it
	}
	return id.String()
}

// settleAttach finds out what a PUT did that was refused as busy or whose reply was lost.
// It is settled when the compute exists and is ours.
func (w *Workspace) settleAttach(ctx context.Context, name, account string, lost bool) (settlement, error) {
	// A region may not know yet of a PUT that another region accepted, so a single 404
	// after a lost reply is not trusted.
	reads := 1
	if lost {
		reads = 3
	}
	for n := range reads {
		found, err := w.LookUp(ctx, name)
		switch {
		case err != nil:
			return idle, err
		case found.NotFound != nil:
			if n+1 < reads {
				sleep(ctx, backoff(n)) // a context that ends fails the next read
			}
		case found.Batch == nil:
			return idle, &ExistsError{found}
		case found.Batch.Deleting():
			return changing, nil
		case lost && found.Batch.hasAccount(account):
			return settled, nil
		default:
			return idle, &ExistsError{found}
		}
	}
	return idle, nil
}

// takenByAnother reports that the name certainly does not belong to our compute: another
// compute has it, or the workspace is gone. A 404 is not certain: a region of Resource
// Manager may not know yet of a PUT that another region accepted. The caller's context may
// have ended, so this has a timeout of its own.
func (w *Workspace) takenByAnother(ctx context.Context, name, account string) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	found, err := w.LookUp(ctx, name)
	if err != nil {
		return false
	}
	return found.OtherType != nil || found.WorkspaceGone() || found.Batch != nil && !found.Batch.hasAccount(account)
}
