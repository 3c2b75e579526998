// Package functions implements the provider's functions, which send no request and need
// no credential: the Python class's serialize and deserialize, and parsers for ids and for
// the SDK's config.json.
package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// All returns the constructors of the functions.
func All() []func() function.Function {
	return []func() function.Function{newSerialize, newDeserialize, newWorkspaceIDFromConfig, newParseID}
}

// simple adapts a name, a definition and a run func to [function.Function].
type simple struct {
	name       string
	definition function.Definition
	run        func(context.Context, function.RunRequest, *function.RunResponse)
}

// Metadata implements [function.Function].
func (s simple) Metadata(_ context.Context, _ function.MetadataRequest, response *function.MetadataResponse) {
	response.Name = s.name
}

// Definition implements [function.Function].
func (s simple) Definition(_ context.Context, _ function.DefinitionRequest, response *function.DefinitionResponse) {
	response.Definition = s.definition
	response.Definition.MarkdownDescription += "\n\nNeeds Terraform 1.8 or OpenTofu 1.7, or later."
}

// Run implements [function.Function].
func (s simple) Run(ctx context.Context, request function.RunRequest, response *function.RunResponse) {
	s.run(ctx, request, response)
}

func stringParameter(name, description string) function.Parameter {
	return function.StringParameter{Name: name, MarkdownDescription: description}
}

// stringTypes returns the attribute types of an object whose attributes are all strings.
func stringTypes(names ...string) map[string]attr.Type {
	attributes := make(map[string]attr.Type, len(names))
	for _, name := range names {
		attributes[name] = types.StringType
	}
	return attributes
}

// refuse sets an error on an argument. Terraform adds the parameter's name before the
// message and a period after it.
func refuse(response *function.RunResponse, argument int64, err error) {
	response.Error = function.NewArgumentFuncError(argument, err.Error())
}
