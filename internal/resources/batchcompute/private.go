package batchcompute

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// memory is what an object of the state remembers beside its attributes, in Terraform's
// private state.
type memory struct {
	// Mark tells the object from others. Two objects with different marks may hold one
	// compute, such as a deposed object beside its replacement; no attribute tells them
	// apart. Empty in an object of an earlier version of the provider.
	Mark string `json:"mark"`
	// Tags and Description are where the state has these attributes from.
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

// origin is where the state has an attribute from.
type origin string

const (
	// untold is an object's of an earlier version of the provider, which kept no memory.
	untold origin = ""
	// imported is the service, and no configuration has set the attribute since the import
	// or the move.
	imported origin = "imported"
	// configured is the configuration.
	configured origin = "configured"
	// leftOut is the service, because the configuration does not set the attribute.
	leftOut origin = "left out"
)

// next is the origin once a configuration has been applied in which the attribute is set
// or not.
func (o origin) next(set bool) origin {
	switch {
	case set:
		return configured
	case o == configured:
		return leftOut
	}
	return o
}

// privateState is the framework's, whose own type is internal.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

const memoryKey = "memory"

// newMemory is that of an object that begins now.
func newMemory(tags, description origin) memory {
	return memory{Mark: uuid.NewString(), Tags: tags, Description: description}
}

// attachedMemory is that of a compute that a plan attaches or adopts: what the plan knows
// is configured.
func attachedMemory(plan model) memory {
	return newMemory(leftOut.next(!plan.Tags.IsUnknown()), leftOut.next(set(plan.Description)))
}

// set reports that a description is configured. An empty one is none.
func set(description types.String) bool { return description.ValueString() != "" }

// recall reads an object's memory. An object without a mark gets one.
func recall(ctx context.Context, private privateState) (memory, diag.Diagnostics) {
	var m memory
	stored, diags := private.GetKey(ctx, memoryKey)
	if stored != nil && json.Unmarshal(stored, &m) != nil {
		m = memory{} // of a later version of the provider, or broken
	}
	if m.Mark == "" {
		m.Mark = uuid.NewString()
	}
	return m, diags
}

// remember writes the memory.
func (m memory) remember(ctx context.Context, private privateState) diag.Diagnostics {
	stored, _ := json.Marshal(m) // Strings always can be.
	return private.SetKey(ctx, memoryKey, stored)
}

// saw takes down what the service has.
func (m *memory) saw(compute *azureml.BatchCompute) {
	m.Service = described{Tags: compute.Tags, Description: compute.Description}
}
