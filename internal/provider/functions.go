package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/functions"
)

var _ provider.ProviderWithFunctions = (*azuremlProvider)(nil)

// Functions implements [provider.ProviderWithFunctions]. The functions work before
// Configure.
func (p *azuremlProvider) Functions(context.Context) []func() function.Function {
	return functions.All()
}
