package tfvalue

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/messages"
)

// Checked is a rule of the domain as a validator of an attribute. Values that are not
// known yet pass.
type Checked func(string) error

var _ validator.String = Checked(nil)

// Description implements [validator.Describer].
func (c Checked) Description(context.Context) string { return "must be what Azure accepts" }

// MarkdownDescription implements [validator.Describer].
func (c Checked) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

// ValidateString implements [validator.String].
func (c Checked) ValidateString(_ context.Context, request validator.StringRequest, response *validator.StringResponse) {
	if request.ConfigValue.IsNull() || request.ConfigValue.IsUnknown() {
		return
	}
	if err := c(request.ConfigValue.ValueString()); err != nil {
		response.Diagnostics.AddAttributeError(request.Path, "Invalid "+request.Path.String(), messages.Sentence(err))
	}
}

// WorkspaceID is the rule for a workspace's id.
func WorkspaceID(id string) error {
	_, err := azureml.ParseWorkspaceID(id)
	return err
}

// BatchAccountID is the rule for a Batch account's id.
func BatchAccountID(id string) error {
	_, err := azureml.ParseBatchAccountID(id)
	return err
}
