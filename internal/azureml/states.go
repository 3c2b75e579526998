package azureml

import "strings"

// phase is what a state of a compute, or the status of an operation, means. The words are
// an open set, and their letter case varies.
type phase int

const (
	unknownPhase phase = iota // a word that is not known to mean any of these
	inProgress
	deleting
	succeeded
	failed
)

// phases are the words that are known, in lower case: those of the machine learning
// service, and those that other services of Resource Manager use for the same.
var phases = map[string]phase{
	"accepted": inProgress, "attaching": inProgress, "creating": inProgress, "inprogress": inProgress, "notstarted": inProgress,
	"pending": inProgress, "provisioning": inProgress, "queued": inProgress, "running": inProgress, "started": inProgress, "updating": inProgress,
	"deleting": deleting, "detaching": deleting,
	"succeeded": succeeded,
	"failed":    failed, "canceled": failed, "cancelled": failed,
}

// What a compute's state is taken to be before the service says, or where it says nothing.
const (
	stateCreating  = "Creating"
	stateDeleting  = "Deleting"
	stateSucceeded = "Succeeded"
)

func phaseOf(state string) phase { return phases[strings.ToLower(state)] }

// IsDeleting reports a provisioning state that means that the compute is being detached.
func IsDeleting(state string) bool { return phaseOf(state) == deleting }

// Deleting reports that the compute is being detached. It holds its name until that is
// done, and nothing can stop it.
func (b *BatchCompute) Deleting() bool { return b.phase() == deleting }

// Done reports that no operation is changing the compute any more, as far as its state
// tells.
func (b *BatchCompute) Done() bool { return b.phase() == succeeded || b.phase() == failed }

// Succeeded reports that the compute is attached.
func (b *BatchCompute) Succeeded() bool { return b.phase() == succeeded }

// Failed reports that the attach of this compute ended without success. It holds its
// name until it is detached.
func (b *BatchCompute) Failed() bool { return b.phase() == failed }

func (b *BatchCompute) phase() phase { return phaseOf(b.ProvisioningState) }
