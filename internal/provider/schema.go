package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/validators"
)

// endpoint is the name of the attribute with the addresses of a cloud.
const endpoint = "endpoint"

// Schema implements [provider.Provider]. All attributes are optional, because each can also be
// set by the environment variables that azurerm and azapi read.
func (p *azuremlProvider) Schema(_ context.Context, _ provider.SchemaRequest, response *provider.SchemaResponse) {
	attributes, addresses := map[string]schema.Attribute{}, map[string]schema.Attribute{}
	for _, setting := range auth.Table {
		in := attributes
		if setting.Endpoint {
			in = addresses
		}
		in[string(setting.Name)] = attribute(setting)
	}
	attributes[endpoint] = schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Addresses of a cloud that `environment` does not have, or that replace the cloud's own. An object; azapi's is a list with one element.",
		Attributes:          addresses,
	}
	response.Schema = schema.Schema{
		MarkdownDescription: "Attaches Azure Batch accounts to Azure Machine Learning workspaces.",
		Attributes:          attributes,
	}
}

func attribute(setting auth.Setting) schema.Attribute {
	switch setting.Kind {
	case auth.Switch:
		return schema.BoolAttribute{Optional: true, MarkdownDescription: described(setting)}
	case auth.List:
		return schema.ListAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: described(setting),
			Validators: []validator.List{listvalidator.SizeAtMost(auth.MaxAuxiliaryTenants)},
		}
	default:
		text := schema.StringAttribute{Optional: true, Sensitive: setting.Kind == auth.Secret, MarkdownDescription: described(setting)}
		if setting.Name == auth.Environment {
			text.Validators = []validator.String{validators.Rule(auth.CheckEnvironment)}
		}
		return text
	}
}

// described returns a setting's description with its environment variables.
func described(setting auth.Setting) string {
	variables := setting.Variables
	if setting.Alias != "" {
		variables = auth.Lookup(setting.Alias).Variables
	}
	text := setting.Description + " From the environment: `" + strings.Join(variables, "`, `") + "`."
	if setting.PodVariable != "" {
		text += " With AKS workload identity also: `" + setting.PodVariable + "`."
	}
	return text
}
