package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"
)

// An Operation is something that takes the service its time.
type Operation string

// The operations on a compute.
const (
	Attach Operation = "attach"
	Detach Operation = "detach"
)

// A Failure is how an operation ends that the service has accepted and then could not do.
type Failure struct {
	Status             string // Failed, if empty, or Canceled
	Error              any    // what the status says under "error"; nil leaves it out
	ProvisioningErrors any    // what the compute shows afterwards
}

// FailNext lets the next such operation be accepted and end with a failure. A compute that could not be attached stays,
// as Failed or Canceled, and holds its name; one that could not be detached stays as it was. Calling it several times
// makes several operations fail, in that order.
func (e *Emulator) FailNext(op Operation, f Failure) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.failures[op] = append(e.failures[op], f)
}

// asyncOperation is an operation that the service has accepted.
type asyncOperation struct {
	ID         string    `json:"id"`
	Kind       Operation `json:"kind"`
	ComputeID  string    `json:"computeId"`
	Start      time.Time `json:"start"`
	End        time.Time `json:"end"`
	Done       bool      `json:"done"` // its effect is there
	PriorState string    `json:"priorState,omitempty"`
	// DeleteAccount is what a DELETE with underlyingResourceAction=Delete is about to do.
	DeleteAccount bool `json:"deleteAccount,omitempty"`

	Status             string          `json:"status"` // once it is done
	Error              json.RawMessage `json:"error,omitempty"`
	ProvisioningErrors json.RawMessage `json:"provisioningErrors,omitempty"`
}

// begin starts an operation on a compute, with the failure that may have been ordered for it.
func (e *Emulator) begin(kind Operation, c *computeRecord, now time.Time) *asyncOperation {
	op := &asyncOperation{ID: uuid.NewString(), Kind: kind, ComputeID: c.ID, Start: now, Status: "Succeeded"}
	switch kind {
	case Attach:
		op.End = now.Add(e.config.attachDuration)
	case Detach:
		op.End = now.Add(e.config.detachDuration)
		op.PriorState = c.ProvisioningState
	}
	if queue := e.failures[kind]; len(queue) > 0 {
		failure := queue[0]
		e.failures[kind] = queue[1:]
		op.Status = "Failed"
		if failure.Status != "" {
			op.Status = failure.Status
		}
		op.Error, op.ProvisioningErrors = rawJSON(failure.Error), rawJSON(failure.ProvisioningErrors)
	}
	e.world.Operations = append(e.world.Operations, op)
	return op
}

// rawJSON is v as JSON, or as a JSON string if it cannot be that.
func rawJSON(v any) json.RawMessage {
	if v == nil {
		return nil
	}
	raw, err := json.Marshal(v)
	if err != nil {
		raw, _ = json.Marshal(fmt.Sprint(v)) // A string always can be.
	}
	return raw
}

// running is the operation that is under way on a compute, if any. The world must be settled.
func (e *Emulator) running(computeID string) *asyncOperation {
	for _, op := range e.world.Operations {
		if !op.Done && sameID(op.ComputeID, computeID) {
			return op
		}
	}
	return nil
}

// operationMemory is how long an operation can be polled after its end.
const operationMemory = 24 * time.Hour

// settle lets every operation that is over have its effect, in the order in which they ended.
func (e *Emulator) settle(now time.Time) {
	var over []*asyncOperation
	for _, op := range e.world.Operations {
		if !op.Done && !now.Before(op.End) {
			over = append(over, op)
		}
	}
	slices.SortStableFunc(over, func(a, b *asyncOperation) int { return a.End.Compare(b.End) })
	for _, op := range over {
		op.Done = true
		e.apply(op)
	}
	e.world.Operations = slices.DeleteFunc(e.world.Operations, func(op *asyncOperation) bool {
		return op.Done && now.Sub(op.End) > operationMemory
	})
}

// apply gives an operation that is over its effect.
// Guesses: compute-states, failed-compute, visible-while-detaching, gone-at-once.
func (e *Emulator) apply(op *asyncOperation) {
	c := e.compute(op.ComputeID)
	if c == nil || c.CreatedOn.After(op.Start) {
		return // Removed in the meantime, and perhaps attached anew; the operation does not say so.
	}
	switch {
	case op.Kind == Attach:
		c.ProvisioningState = op.Status
		c.ProvisioningErrors = op.ProvisioningErrors
		c.ModifiedOn = op.End
		if c.ComputeLocation == "" {
			c.ComputeLocation = c.Location
			// Guess: compute-location. In recordings, computes of other types are in their own location.
			if account := find(e.world.BatchAccounts, c.ResourceID); account != nil {
				c.ComputeLocation = account.Location
			}
		}
	case op.Status == "Succeeded":
		e.forget(c.ID)
		if op.DeleteAccount {
			e.world.BatchAccounts = removeResource(e.world.BatchAccounts, c.ResourceID)
		}
	default:
		c.ProvisioningState = op.PriorState
		if op.ProvisioningErrors != nil {
			c.ProvisioningErrors = op.ProvisioningErrors
		}
	}
}

// getOperationStatus answers a poll: always 200, with no more in the body than the service puts there.
// Guesses: poll-in-progress, poll-succeeded, poll-failed, poll-headers.
func (e *Emulator) getOperationStatus(c *call) *reply {
	if !e.signed(c) {
		// Guess: unsigned-poll. No recording has an altered status URL.
		return gatewayError(http.StatusForbidden, "AuthorizationFailed",
			"The signature of the operation status URL is missing or not valid. Use the URL as it was given.")
	}
	i := slices.IndexFunc(e.world.Operations, func(op *asyncOperation) bool { return op.ID == c.route.operation })
	if i < 0 {
		return emptyReply(http.StatusNotFound)
	}
	op := e.world.Operations[i]
	var body string
	switch {
	case !op.Done:
		body = "{\n  \"status\": \"InProgress\"\n}"
	case op.Status == "Succeeded":
		// Written out, since an encoder would make 100 of 100.0.
		body = "{\n  \"status\": \"Succeeded\",\n  \"percentComplete\": 100.0\n}"
	default:
		body = string(indentJSON(struct {
			Status string          `json:"status"`
			Error  json.RawMessage `json:"error,omitempty"`
		}{op.Status, op.Error}))
	}
	r := jsonReply(http.StatusOK, []byte(body))
	r.mayCompress = true
	return r
}
