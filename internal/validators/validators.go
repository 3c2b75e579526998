// Package validators checks values of a configuration by the rules of package azureml.
package validators

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/messages"
)

// Rule is a rule of package azureml, such as [azureml.ValidateComputeName], as a validator.
// Null and unknown values are valid.
type Rule func(string) error

var _ validator.String = Rule(nil)

// WorkspaceID returns an error if the id is not a workspace's.
func WorkspaceID(id string) error {
	_, err := azureml.ParseWorkspaceID(id)
	return err
}

// BatchAccountID returns an error if the id is not a Batch account's.
func BatchAccountID(id string) error {
	_, err := azureml.ParseBatchAccountID(id)
	return err
}

// Description implements [validator.Describer].
func (r Rule) Description(context.Context) string { return "must be valid in Azure" }

// MarkdownDescription implements [validator.Describer].
func (r Rule) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

// ValidateString implements [validator.String].
func (r Rule) ValidateString(_ context.Context, request validator.StringRequest, response *validator.StringResponse) {
	if request.ConfigValue.IsNull() || request.ConfigValue.IsUnknown() {
		return
	}
	if err := r(request.ConfigValue.ValueString()); err != nil {
		response.Diagnostics.AddAttributeError(request.Path, "Invalid "+request.Path.String(), messages.Detail(err))
	}
}
