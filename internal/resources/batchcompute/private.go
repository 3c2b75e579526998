package batchcompute

import (
	"context"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// privateState is what Terraform keeps for the provider with each object of the state:
// the framework's type for it is internal.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// markKey is where an object's mark is.
const markKey = "mark"

// setMark gives an object of the state a mark of its own. Two objects with different
// marks may hold one compute, such as a deposed object beside its replacement; no
// attribute tells them apart.
func setMark(ctx context.Context, private privateState) diag.Diagnostics {
	return private.SetKey(ctx, markKey, []byte(`"`+uuid.NewString()+`"`))
}

// markOf is an object's mark. An object that has none yet, from an earlier version of the
// provider, gets one.
func markOf(ctx context.Context, private privateState) (string, diag.Diagnostics) {
	mark, diags := private.GetKey(ctx, markKey)
	if mark == nil && !diags.HasError() {
		diags.Append(setMark(ctx, private)...)
		mark, _ = private.GetKey(ctx, markKey)
	}
	return string(mark), diags
}
