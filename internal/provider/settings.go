package provider

import (
	"context"
	"os"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
)

// readSettings takes what the provider block says, by attribute name, and leaves the
// rest to the environment. A value that is not known yet is an error: a credential
// cannot be chosen by it.
func readSettings(ctx context.Context, config tfsdk.Config) (auth.Settings, diag.Diagnostics) {
	var diags diag.Diagnostics
	var block types.Object
	diags.Append(config.Get(ctx, &block)...)
	if diags.HasError() {
		return auth.Settings{}, diags
	}
	said := map[auth.Name]string{}
	collect(path.Empty(), block, said, &diags)
	return auth.NewSettings(said, os.Getenv), diags
}

// collect walks through the block; endpoint's attributes are settings like the others.
func collect(at path.Path, object types.Object, said map[auth.Name]string, diags *diag.Diagnostics) {
	for name, value := range object.Attributes() {
		here := at.AtName(name)
		switch {
		case value.IsNull():
		case value.IsUnknown():
			diags.AddAttributeError(here, unknownSummary, here.String()+" is known only after apply. Give it a value that is known at plan"+inItsPlace(name)+".")
		default:
			if nested, ok := value.(types.Object); ok {
				collect(here, nested, said, diags)
				continue
			}
			said[auth.Name(name)] = plain(here, value, diags)
		}
	}
}

const unknownSummary = "The provider cannot be configured yet"

// inItsPlace names the variable that may say what the block cannot say yet.
func inItsPlace(name string) string {
	variables := auth.Variables[auth.Name(name)]
	if len(variables) == 0 {
		return ""
	}
	return ", or leave it out and set " + variables[0]
}

// plain is a value as an environment variable would hold it.
func plain(at path.Path, value attr.Value, diags *diag.Diagnostics) string {
	switch value := value.(type) {
	case types.String:
		return value.ValueString()
	case types.Bool:
		return strconv.FormatBool(value.ValueBool())
	case types.List:
		elements := make([]string, len(value.Elements()))
		for i, element := range value.Elements() {
			if element.IsUnknown() {
				diags.AddAttributeError(at, unknownSummary, at.String()+" has an element that is known only after apply. Give it values that are known at plan"+inItsPlace(at.String())+".")
			}
			elements[i] = plain(at, element, diags)
		}
		return strings.Join(elements, ";")
	}
	return ""
}
