package batchcompute

import (
	"strings"
	"sync"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// Run is what the resources of one plan or apply share: the client, and what is known of
// the state. Terraform starts a process for each, and configures the provider in it.
type Run struct {
	client    *azureml.Client
	preflight preflight
	// inState and marks are by compute id in lower case. The marks are those of the objects
	// that hold a compute first.
	inState, marks sync.Map
}

// NewRun begins a run. With preflight, a plan checks what its attaches need.
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

// claim records that an object of the state holds the compute with this id. The mark tells
// the object from others; claim reports true when one with another mark holds it too.
func (r *Run) claim(id, mark string) (twice bool) {
	r.NoteInState(id)
	first, _ := r.marks.LoadOrStore(strings.ToLower(id), mark)
	return first != mark
}
