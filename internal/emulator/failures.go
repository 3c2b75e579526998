package emulator

import (
	"encoding/json"
	"fmt"
	"io"
)

// A PlannedFailure is a [Failure] and the operation that it is for, as a file declares them.
type PlannedFailure struct {
	Operation          Operation       `json:"operation"`
	Status             string          `json:"status"`
	Error              json.RawMessage `json:"error"`
	ProvisioningErrors json.RawMessage `json:"provisioningErrors"`
}

// ReadFailures reads a JSON array of failures.
func ReadFailures(r io.Reader) ([]PlannedFailure, error) {
	failures, err := readArray[PlannedFailure](r, "failures", true)
	if err != nil {
		return nil, err
	}
	for _, f := range failures {
		if f.Operation != Attach && f.Operation != Detach {
			return nil, fmt.Errorf("failures: operation %q is neither %s nor %s", f.Operation, Attach, Detach)
		}
		if f.Status != "" && f.Status != "Failed" && f.Status != "Canceled" {
			return nil, fmt.Errorf("failures: status %q is neither Failed nor Canceled", f.Status)
		}
	}
	return failures, nil
}

// FailAsPlanned calls [Emulator.FailNext] for each of the failures, in their order.
func (e *Emulator) FailAsPlanned(failures []PlannedFailure) {
	for _, f := range failures {
		failure := Failure{Status: f.Status}
		// An interface with a nil message in it is not nil.
		if f.Error != nil {
			failure.Error = f.Error
		}
		if f.ProvisioningErrors != nil {
			failure.ProvisioningErrors = f.ProvisioningErrors
		}
		e.FailNext(f.Operation, failure)
	}
}
