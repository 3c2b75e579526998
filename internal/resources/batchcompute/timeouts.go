package batchcompute

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The default timeouts. Attaches that took more than an hour were observed, but they failed.
const (
	createTimeout = 60 * time.Minute
	readTimeout   = 5 * time.Minute
	deleteTimeout = 60 * time.Minute
)

// minReadTimeout is the shortest timeout of a read: a few slow requests, with retries.
const minReadTimeout = 10 * time.Second

func timeoutsBlock(ctx context.Context) schema.Block {
	describe := func(operation string, byDefault time.Duration) string {
		return fmt.Sprintf("How long %s may take: numbers with `s`, `m` or `h`, such as `90s` or `1h30m`. Default: %g minutes. Changing it changes nothing in Azure.",
			operation, byDefault.Minutes())
	}
	return timeouts.Block(ctx, timeouts.Opts{
		Create: true, CreateDescription: describe("an attach", createTimeout),
		Read: true, ReadDescription: describe("a read", readTimeout),
		Delete: true, DeleteDescription: describe("a detach", deleteTimeout),
	})
}

func noTimeouts() timeouts.Value {
	return timeouts.Value{Object: types.ObjectNull(map[string]attr.Type{
		"create": types.StringType, "read": types.StringType, "delete": types.StringType,
	})}
}

// validateTimeouts rejects timeouts that are too short for any request. A read uses the
// timeout in the state, so one that is too short would make every later plan fail.
func validateTimeouts(config model) diag.Diagnostics {
	var diags diag.Diagnostics
	for name, value := range config.Timeouts.Attributes() {
		text, _ := value.(types.String)
		timeout, err := time.ParseDuration(text.ValueString())
		if err != nil {
			continue // it is not set or not known, or the framework rejects it
		}
		at := path.Root("timeouts").AtName(name)
		switch {
		case timeout <= 0:
			diags.AddAttributeError(at, "Invalid "+at.String(), "A timeout must be longer than zero. Leave it out to use the default.")
		case name == "read" && timeout < minReadTimeout:
			diags.AddAttributeError(at, "Invalid "+at.String(), fmt.Sprintf("Reading needs at least %s.", minReadTimeout))
		}
	}
	return diags
}
