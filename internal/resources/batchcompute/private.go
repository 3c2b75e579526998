package batchcompute

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// memory is what an object of the state has in addition to its attributes, in Terraform's
// private state.
type memory struct {
	// Mark identifies the object. Two objects may have the same compute, such as a deposed
	// object and its replacement, and only their marks distinguish them. It is empty in an
	// object that an earlier version of the provider wrote.
	Mark string `json:"mark"`
	// Tags and Description are the origins of these attributes.
	Tags        origin `json:"tags,omitempty"`
	Description origin `json:"description,omitempty"`
	// Service is what the service had at the last refresh.
	Service described `json:"service"`
}

// described are the settings of an attachment that a configuration may leave out.
type described struct {
	Tags        map[string]string `json:"tags,omitempty"`
	Description *string           `json:"description,omitempty"`
}

// origin is where the value of an attribute comes from.
type origin string

const (
	// unrecorded is the origin in an object that an earlier version of the provider wrote,
	// without a memory.
	unrecorded origin = ""
	// imported means the service: no configuration has set the attribute since the import,
	// the move or the adoption.
	imported origin = "imported"
	// configured means the configuration.
	configured origin = "configured"
	// leftOut means the service, because the configuration does not set the attribute.
	leftOut origin = "left out"
)

// next returns the origin after an apply of a configuration that sets the attribute, or
// does not.
func (o origin) next(set bool) origin {
	switch {
	case set:
		return configured
	case o == configured:
		return leftOut
	}
	return o
}

// privateState is the framework's private state, whose own type is internal.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

const memoryKey = "memory"

// newMemory returns the memory of a new object.
func newMemory(tags, description origin) memory {
	return memory{Mark: uuid.NewString(), Tags: tags, Description: description}
}

// attachedMemory returns the memory of a compute that a plan attaches or adopts: what the
// plan knows is configured. The rest of an adopted compute counts as imported.
func attachedMemory(plan model, adopted bool) memory {
	otherwise := leftOut
	if adopted {
		otherwise = imported
	}
	return newMemory(otherwise.next(!plan.Tags.IsUnknown()), otherwise.next(set(plan.Description)))
}

// set reports whether a description is configured. An empty one counts as none.
func set(description types.String) bool { return description.ValueString() != "" }

// recall reads an object's memory. An object without a mark gets one.
func recall(ctx context.Context, private privateState) (memory, diag.Diagnostics) {
	var m memory
	stored, diags := private.GetKey(ctx, memoryKey)
	if json.Unmarshal(stored, &m) != nil {
		m = memory{} // there is none, or it is damaged or of a later version of the provider
	}
	if m.Mark == "" {
		m.Mark = uuid.NewString()
	}
	return m, diags
}

// remember stores the memory.
func (m memory) remember(ctx context.Context, private privateState) diag.Diagnostics {
	stored, _ := json.Marshal(m) // cannot fail for these types
	return private.SetKey(ctx, memoryKey, stored)
}

// saw records what the service has.
func (m *memory) saw(compute *azureml.BatchCompute) {
	m.Service = described{Tags: compute.Tags, Description: compute.Description}
}
