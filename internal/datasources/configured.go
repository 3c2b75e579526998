// Package datasources looks up existing attachments: azureml_batch_compute finds one by name,
// and azureml_batch_computes lists those of many workspaces.
package datasources

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

const readTimeout = 5 * time.Minute

// configured gives a data source the provider's client.
type configured struct {
	client *azureml.Client
}

// Configure implements [datasource.DataSourceWithConfigure].
func (c *configured) Configure(_ context.Context, request datasource.ConfigureRequest, response *datasource.ConfigureResponse) {
	if request.ProviderData == nil {
		return // there is no client while a configuration is only validated
	}
	client, ok := request.ProviderData.(*azureml.Client)
	if !ok {
		response.Diagnostics.AddError("The provider passed no client",
			fmt.Sprintf("It passed a %T. This is a bug in the provider; please report it.", request.ProviderData))
	}
	c.client = client
}
