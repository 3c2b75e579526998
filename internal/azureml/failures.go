package azureml

import (
	"fmt"
	"slices"
	"strings"
)

// ProvisioningError reports an attach or detach that Azure accepted and that then
// failed.
type ProvisioningError struct {
	// Operation is "attach" or "detach".
	Operation string
	// State is the state in which it ended: Failed, Canceled or an unknown one.
	State string
	// StillThere is set for a detach that succeeded but left the compute. State is then the
	// compute's.
	StillThere bool
	// Errors are the operation's error, then the compute's provisioning errors.
	Errors []ErrorInfo
	// RequestID and CorrelationID are those of the last reply about the operation.
	RequestID, CorrelationID string
}

func (e *ProvisioningError) Error() string {
	lines := []string{fmt.Sprintf("Azure accepted the %s and then ended it as %s.", e.Operation, e.State)}
	if e.StillThere {
		lines[0] = fmt.Sprintf("Azure accepted the %s and says that it has ended, but the compute is still there, in state %s.", e.Operation, e.State)
	}
	if len(e.Errors) == 0 {
		lines = append(lines, "It gives no reason.")
	}
	if len(e.Errors) > 0 {
		lines = append(lines, describe(e.Errors))
	}
	return paragraphs(strings.Join(lines, "\n"), strings.Join(supportIDs(e.RequestID, e.CorrelationID), "\n"))
}

// add adds the compute's provisioning errors that the operation did not report.
func (e *ProvisioningError) add(compute *BatchCompute) {
	if compute == nil {
		return
	}
	for _, info := range compute.ProvisioningErrors {
		if !slices.ContainsFunc(e.Errors, info.equal) {
			e.Errors = append(e.Errors, info)
		}
	}
}

// NeverSeenError reports an attach that has ended according to Azure, but whose compute
// did not appear.
type NeverSeenError struct {
	NotFound *NotFoundError
	// Status is the operation's last; empty when there was none.
	Status string
}

func (e *NeverSeenError) Error() string {
	ended := "Azure accepted the attach"
	if e.Status != "" {
		ended += fmt.Sprintf(", and its operation ended as %s", e.Status)
	}
	return ended + ", but the compute did not appear.\n\n" + e.NotFound.Error()
}

func (e *NeverSeenError) Unwrap() error { return e.NotFound }

// OtherAccountError reports an attach that ended with another Batch account than the
// requested one.
type OtherAccountError struct {
	// ID is the compute's.
	ID string
	// Wanted is the requested account, BatchAccountID the one that the compute has.
	Wanted, BatchAccountID string
}

func (e *OtherAccountError) Error() string {
	return fmt.Sprintf("Azure accepted the attach, but compute %s has another Batch account:\n  it has  %s\n  wanted  %s", e.ID, e.BatchAccountID, e.Wanted)
}
