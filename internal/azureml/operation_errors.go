package azureml

import (
	"cmp"
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
	// StillThere is set for a detach that left the compute. State is then the compute's.
	StillThere bool
	// Status is that with which the operation of such a detach succeeded; empty when it is
	// not known to have ended.
	Status string
	// Errors are the operation's error, then the compute's provisioning errors.
	Errors []ErrorInfo
	// RequestID and CorrelationID are those of the last reply about the operation.
	RequestID, CorrelationID string
}

func (e *ProvisioningError) Error() string {
	what := fmt.Sprintf("Azure accepted the %s and then ended it as %s.", e.Operation, e.State)
	if e.StillThere {
		what = fmt.Sprintf("%s, but the compute is still there, in state %s.", accepted(e.Operation, e.Status), e.State)
	}
	what += "\n" + cmp.Or(describe(e.Errors), "It gives no reason.")
	return paragraphs(what, strings.Join(supportIDs(e.RequestID, e.CorrelationID), "\n"))
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

// NeverSeenError reports an attach that Azure accepted, but whose compute did not appear.
type NeverSeenError struct {
	NotFound *NotFoundError
	// Status is that with which the operation succeeded; empty when it is not known to have
	// ended.
	Status string
}

func (e *NeverSeenError) Error() string {
	return accepted(string(attaching), e.Status) + ", but the compute did not appear.\n\n" + e.NotFound.Error()
}

func (e *NeverSeenError) Unwrap() error { return e.NotFound }

// accepted begins the error of an operation whose status, if it has ended, says success.
func accepted(operation, status string) string {
	text := "Azure accepted the " + operation
	if status != "" {
		text += ", and its operation ended as " + status
	}
	return text
}

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
