// Package datasources looks up attachments that are there: azureml_batch_compute finds
// one by name, azureml_batch_computes lists those of many workspaces.
package datasources

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

const readTimeout = 5 * time.Minute

// configured is a data source with the provider's client.
type configured struct {
	client *azureml.Client
}

// Configure implements [datasource.DataSourceWithConfigure].
func (c *configured) Configure(_ context.Context, request datasource.ConfigureRequest, response *datasource.ConfigureResponse) {
	if request.ProviderData == nil {
		return // while a configuration is only validated, there is no client yet
	}
	client, ok := request.ProviderData.(*azureml.Client)
	if !ok {
		response.Diagnostics.AddError("The provider handed over no client",
			fmt.Sprintf("It is a %T. This is a fault of the provider; please report it.", request.ProviderData))
	}
	c.client = client
}
