package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"
)

// An Operation is a long-running operation of the service.
type Operation string

// The operations on a compute.
const (
	Attach Operation = "attach"
	Detach Operation = "detach"
)

// A Failure is how an operation ends that the service accepts and then cannot complete.
type Failure struct {
	Status             string // Failed (the default) or Canceled
	Error              any    // the status's field "error"; nil omits it
	ProvisioningErrors any    // of the compute afterwards
}

// FailNext makes the next such operation fail after it was accepted. A compute that could not be attached stays, as Failed or
// Canceled, and keeps its name; one that could not be detached stays as it was. Several calls make several operations fail, in
// that order.
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
	Done       bool      `json:"done"` // it has taken effect
	PriorState string    `json:"priorState,omitempty"`
	// DeleteAccount is set by a DELETE with underlyingResourceAction=Delete.
	DeleteAccount bool `json:"deleteAccount,omitempty"`

	Status             string          `json:"status"` // valid once it is done
	Error              json.RawMessage `json:"error,omitempty"`
	ProvisioningErrors json.RawMessage `json:"provisioningErrors,omitempty"`
}

// begin starts an operation on a compute, and takes the next failure for it, if any.
func (e *Emulator) begin(kind Operation, c *computeRecord, now time.Time) *asyncOperation {
	op := &asyncOperation{ID: uuid.NewString(), Kind: kind, ComputeID: c.ID, Start: now, Status: "Succeeded"}
	switch kind {
	case Attach:
		op.End = now.Add(e.config.attachDuration(c.Name))
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

// rawJSON returns v as JSON, or its text as a JSON string if v cannot be encoded.
func rawJSON(v any) json.RawMessage {
	if v == nil {
		return nil
	}
	raw, err := json.Marshal(v)
	if err != nil {
		raw, _ = json.Marshal(fmt.Sprint(v)) // A string can always be encoded.
	}
	return raw
}

// running returns the operation that runs on a compute, or nil. The world must be settled.
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

// settle applies the effects of all operations that have ended, in the order in which they ended.
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

// apply applies the effect of an operation that has ended.
// Guesses: compute-states, failed-compute, visible-while-detaching, gone-at-once.
func (e *Emulator) apply(op *asyncOperation) {
	c := e.compute(op.ComputeID)
	if c == nil || c.CreatedOn.After(op.Start) {
		return // It was removed in the meantime, and perhaps attached again; the operation's status does not show that.
	}
	switch {
	case op.Kind == Attach:
		c.ProvisioningState = op.Status
		c.ProvisioningErrors = op.ProvisioningErrors
		c.ModifiedOn = op.End
		if c.ComputeLocation == "" {
			c.ComputeLocation = c.Location
			// Guess: compute-location. In recordings, the computeLocation of other types is their own location.
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

// getOperationStatus replies to a poll: always 200, with only the fields that the service has.
// Guesses: poll-in-progress, poll-succeeded, poll-failed, poll-headers.
func (e *Emulator) getOperationStatus(c *call) *reply {
	c.region = c.route.location
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
		// A literal, because an encoder would write 100 instead of 100.0.
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
