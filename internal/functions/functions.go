// Package functions is what can be done with a compute's JSON and with ids in an
// expression, without a request and without signing in: the class's serialize and
// deserialize, and the reading of the files and ids that its users have.
package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// All makes each function anew; the framework calls it.
func All() []func() function.Function {
	return []func() function.Function{newSerialize, newDeserialize, newWorkspaceIDFromConfig, newParseID}
}

// simple is a function of which there is nothing to say but what it is called, what it
// takes and gives, and what it does.
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

// stringTypes are the types of an object whose attributes are all strings.
func stringTypes(names ...string) map[string]attr.Type {
	attributes := make(map[string]attr.Type, len(names))
	for _, name := range names {
		attributes[name] = types.StringType
	}
	return attributes
}

// refuse blames an argument. Terraform puts the parameter's name before it and a
// period after it.
func refuse(response *function.RunResponse, argument int64, err error) {
	response.Error = function.NewArgumentFuncError(argument, err.Error())
}
