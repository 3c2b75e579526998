package azureml

import "strings"

// phase is what a state of a compute, or the status of an operation, means. The set is
// open, and the letter case varies.
type phase int

const (
	unknownPhase phase = iota // none of these is known to be meant
	inProgress
	deleting
	succeeded
	failed
)

// phases are the known states in lower case: those of the machine learning service, and
// those that other services of Resource Manager use for the same.
var phases = map[string]phase{
	"accepted": inProgress, "attaching": inProgress, "creating": inProgress, "inprogress": inProgress, "notstarted": inProgress,
	"pending": inProgress, "provisioning": inProgress, "queued": inProgress, "running": inProgress, "started": inProgress, "updating": inProgress,
	"deleting": deleting, "detaching": deleting,
	"succeeded": succeeded,
	"failed":    failed, "canceled": failed, "cancelled": failed,
}

// The states of a compute for which the service has not reported one.
const (
	stateCreating  = "Creating"
	stateDeleting  = "Deleting"
	stateSucceeded = "Succeeded"
)

func phaseOf(state string) phase { return phases[strings.ToLower(state)] }

// IsDeleting reports a provisioning state that means that the compute is being detached.
func IsDeleting(state string) bool { return phaseOf(state) == deleting }

// Deleting reports that the compute is being detached. It keeps its name until then, and a
// detach cannot be stopped.
func (b *BatchCompute) Deleting() bool { return b.phase() == deleting }

// Done reports that according to its state no operation is changing the compute.
func (b *BatchCompute) Done() bool { return b.phase() == succeeded || b.phase() == failed }

// Succeeded reports that the compute is attached.
func (b *BatchCompute) Succeeded() bool { return b.phase() == succeeded }

// Failed reports that the attach of this compute failed or was canceled. The compute keeps
// its name until it is detached.
func (b *BatchCompute) Failed() bool { return b.phase() == failed }

func (b *BatchCompute) phase() phase { return phaseOf(b.ProvisioningState) }
