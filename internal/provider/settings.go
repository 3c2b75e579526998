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

// block is what the provider block says, by attribute name.
type block struct {
	said map[auth.Name]string
	// unknown are the attributes that are known only after apply. The environment may
	// say them meanwhile.
	unknown []path.Path
}

func readBlock(ctx context.Context, config tfsdk.Config) (block, diag.Diagnostics) {
	var object types.Object
	diags := config.Get(ctx, &object)
	b := block{said: map[auth.Name]string{}}
	if !diags.HasError() {
		b.collect(path.Empty(), object)
	}
	return b, diags
}

// settings leaves what the block does not say to the environment.
func (b *block) settings() auth.Settings { return auth.NewSettings(b.said, os.Getenv) }

// collect walks through the block; endpoint's attributes are settings like the others.
func (b *block) collect(at path.Path, object types.Object) {
	for name, value := range object.Attributes() {
		here := at.AtName(name)
		switch nested, ok := value.(types.Object); {
		case value.IsNull():
		case !isKnown(value):
			b.unknown = append(b.unknown, here)
		case ok:
			b.collect(here, nested)
		default:
			b.said[auth.Name(name)] = plain(value)
		}
	}
}

// known reports that a value, with all its elements, is known. The attributes of an
// object are looked at one by one.
func isKnown(value attr.Value) bool {
	list, ok := value.(types.List)
	return !value.IsUnknown() && (!ok || !slices.ContainsFunc(list.Elements(), attr.Value.IsUnknown))
}

// plain is a value as an environment variable would hold it.
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

// undecided are the attributes whose unknown values leave open which credential is used,
// or where it is sent. The subscription does so for Azure CLI alone.
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

// unknownErrors say which values are missing, and what can be done.
func unknownErrors(unknown []path.Path) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, at := range unknown {
		detail := at.String() + " is known only after apply, and it decides how the provider signs in. Give it a value that is known at plan" + inItsPlace(at) + "."
		diags.AddAttributeError(at, "The provider cannot be configured yet", detail)
	}
	return diags
}

// inItsPlace names the variable that may say what the block cannot say yet.
func inItsPlace(at path.Path) string {
	step, _ := at.Steps().LastStep()
	name, _ := step.(path.PathStepAttributeName)
	if variables := auth.Lookup(auth.Name(name)).Variables; len(variables) > 0 {
		return ", or leave it out and set " + variables[0]
	}
	return ""
}
