package batchcompute

import (
	"strings"
	"sync"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// Run is what the resources of one plan or apply share: the client, and what is known about
// the state. Terraform starts a process for each plan and apply, and configures the provider
// in it.
type Run struct {
	client    *azureml.Client
	preflight preflight
	// The keys of inState and marks are compute ids in lower case. A mark is that of the first
	// object that has the compute.
	inState, marks sync.Map
}

// NewRun returns a new run. With preflight, a plan checks what its attaches need.
func NewRun(client *azureml.Client, preflight bool) *Run {
	run := &Run{client: client}
	run.preflight.wanted = preflight
	return run
}

// NoteInState records that the state has the compute with this id.
func (r *Run) NoteInState(id string) { r.inState.Store(strings.ToLower(id), true) }

func (r *Run) isInState(id string) bool {
	_, ok := r.inState.Load(strings.ToLower(id))
	return ok
}

// claim records that an object of the state, identified by its mark, has the compute with
// this id. It reports whether an object with another mark has it too.
func (r *Run) claim(id, mark string) (twice bool) {
	r.NoteInState(id)
	first, _ := r.marks.LoadOrStore(strings.ToLower(id), mark)
	return first != mark
}
