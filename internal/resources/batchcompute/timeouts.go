package batchcompute

import (
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/validators"
)

// The default timeouts. Attaches that took more than an hour were observed, but they failed.
const (
	createTimeout = 60 * time.Minute
	readTimeout   = 5 * time.Minute
	deleteTimeout = 60 * time.Minute
)

// minReadTimeout is the shortest timeout of a read: a few slow requests, with retries.
const minReadTimeout = 10 * time.Second

// timeoutsBlock is [timeouts.Block] with validators of our own: those of the framework accept
// negative timeouts, suggest them, and print the value, which may be a secret.
func timeoutsBlock() schema.Block {
	timeout := func(operation string, byDefault time.Duration, valid validators.Rule) schema.Attribute {
		return schema.StringAttribute{
			Optional: true,
			Description: fmt.Sprintf("How long %s may take: numbers with `s`, `m` or `h`, such as `90s` or `1h30m`. Default: %g minutes. Changing it changes nothing in Azure.",
				operation, byDefault.Minutes()),
			Validators: []validator.String{valid},
		}
	}
	return schema.SingleNestedBlock{
		CustomType: timeouts.Type{ObjectType: types.ObjectType{AttrTypes: timeoutTypes}},
		Attributes: map[string]schema.Attribute{
			"create": timeout("an attach", createTimeout, validTimeout),
			"read":   timeout("a read", readTimeout, validReadTimeout),
			"delete": timeout("a detach", deleteTimeout, validTimeout),
		},
	}
}

var timeoutTypes = map[string]attr.Type{"create": types.StringType, "read": types.StringType, "delete": types.StringType}

func noTimeouts() timeouts.Value { return timeouts.Value{Object: types.ObjectNull(timeoutTypes)} }

func validTimeout(text string) error {
	timeout, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return errors.New("a timeout is one or more numbers with a unit, s, m or h, such as 90s or 1h30m")
	case timeout <= 0:
		return errors.New("a timeout must be longer than zero. Leave it out to use the default")
	}
	return nil
}

// validReadTimeout rejects timeouts that are too short for any request. A read uses the timeout
// in the state, so one that is too short would make every later plan fail.
func validReadTimeout(text string) error {
	if timeout, _ := time.ParseDuration(text); timeout > 0 && timeout < minReadTimeout {
		return fmt.Errorf("reading needs at least %s", minReadTimeout)
	}
	return validTimeout(text)
}
