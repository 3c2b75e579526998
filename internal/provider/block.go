package provider

import (
	"context"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
)

// block holds the attributes of the provider block.
type block struct {
	values map[auth.Name]string
	// unknown lists the attributes that are known only after apply. Until then, the
	// environment's values apply, except for the subscription.
	unknown []path.Path
}

func readBlock(ctx context.Context, config tfsdk.Config) (block, diag.Diagnostics) {
	var object types.Object
	diags := config.Get(ctx, &object)
	b := block{values: map[auth.Name]string{}}
	if !diags.HasError() {
		b.collect(path.Empty(), object)
	}
	return b, diags
}

// settings adds the environment's values for the attributes that are not in the block.
func (b *block) settings() auth.Settings { return auth.NewSettings(b.values, os.Getenv) }

// collect reads an object of the block: the attributes of endpoint are settings like the
// others.
func (b *block) collect(at path.Path, object types.Object) {
	for name, value := range object.Attributes() {
		here := at.AtName(name)
		switch nested, ok := value.(types.Object); {
		case value.IsNull():
		case !isKnown(value):
			b.unknown = append(b.unknown, here)
			if auth.Name(name) == auth.SubscriptionID {
				b.values[auth.SubscriptionID] = "" // a search must not list the environment's subscription instead
			}
		case ok:
			b.collect(here, nested)
		default:
			b.values[auth.Name(name)] = plain(value)
		}
	}
}

// isKnown reports whether a value and the elements of a list are known. The attributes of
// an object are checked one by one, by collect.
func isKnown(value attr.Value) bool {
	list, ok := value.(types.List)
	return !value.IsUnknown() && (!ok || !slices.ContainsFunc(list.Elements(), attr.Value.IsUnknown))
}

// plain returns a value in the form of an environment variable.
func plain(value attr.Value) string {
	switch value := value.(type) {
	case types.String:
		return value.ValueString()
	case types.Bool:
		return strconv.FormatBool(value.ValueBool())
	case types.List:
		elements := make([]string, len(value.Elements()))
		for i, element := range value.Elements() {
			elements[i] = plain(element)
		}
		return strings.Join(elements, ";")
	}
	return ""
}

// undecided returns the unknown attributes that decide which credential is used or where
// it is sent. The subscription does so only for Azure CLI.
func (b *block) undecided(method auth.Method) []path.Path {
	return slices.DeleteFunc(slices.Clone(b.unknown), func(at path.Path) bool {
		step, _ := at.Steps().LastStep()
		name, _ := step.(path.PathStepAttributeName)
		if name == endpoint {
			return false
		}
		row := auth.Lookup(auth.Name(name))
		return !row.Chooses && (row.Name != auth.SubscriptionID || method != auth.CLIMethod)
	})
}

// unknownErrors says which values are missing, and what to do.
func unknownErrors(unknown []path.Path) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, at := range unknown {
		detail := at.String() + " is known only after apply, but decides how the provider signs in. Set it to a value that is known at plan" + orVariable(at) + "."
		diags.AddAttributeError(at, "The provider cannot be configured yet", detail)
	}
	return diags
}

// orVariable suggests the environment variable of an attribute.
func orVariable(at path.Path) string {
	step, _ := at.Steps().LastStep()
	name, _ := step.(path.PathStepAttributeName)
	if variables := auth.Lookup(auth.Name(name)).Variables; len(variables) > 0 {
		return ", or leave it out and set " + variables[0]
	}
	return ""
}
