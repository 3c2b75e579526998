// Package datasources looks up attachments that are there: azureml_batch_compute finds
// one by name, azureml_batch_computes lists those of many workspaces.
package datasources

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/tfvalue"
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

func computeAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":                 schema.StringAttribute{Computed: true, MarkdownDescription: "Resource Manager id of the compute. In the class: `id`."},
		"name":               schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the compute in the workspace. In the class: `name`."},
		"batch_account_id":   schema.StringAttribute{Computed: true, MarkdownDescription: "Resource Manager id of the attached Batch account. In the class: `cluster_resource_id`."},
		"description":        schema.StringAttribute{Computed: true, MarkdownDescription: "Description of the compute. In the class: `description`."},
		"tags":               schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Tags of the compute; null when the service has none. In the class: `tags`."},
		"location":           schema.StringAttribute{Computed: true, MarkdownDescription: "Azure region of the compute, such as `westeurope`. In the class: `location`."},
		"compute_location":   schema.StringAttribute{Computed: true, MarkdownDescription: tfvalue.Descriptions["compute_location"]},
		"provisioning_state": schema.StringAttribute{Computed: true, MarkdownDescription: tfvalue.Descriptions["provisioning_state"]},
		"provisioning_errors": schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: tfvalue.Descriptions["provisioning_errors"],
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"code":    schema.StringAttribute{Computed: true, MarkdownDescription: tfvalue.Descriptions["code"]},
				"message": schema.StringAttribute{Computed: true, MarkdownDescription: tfvalue.Descriptions["message"]},
				"target":  schema.StringAttribute{Computed: true, MarkdownDescription: tfvalue.Descriptions["target"]},
				"details": schema.ListNestedAttribute{
					Computed: true, MarkdownDescription: tfvalue.Descriptions["details"],
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"code":    schema.StringAttribute{Computed: true, MarkdownDescription: tfvalue.Descriptions["code"]},
						"message": schema.StringAttribute{Computed: true, MarkdownDescription: tfvalue.Descriptions["message"]},
					}},
				},
			}},
		},
		"is_attached": schema.BoolAttribute{Computed: true, MarkdownDescription: tfvalue.Descriptions["is_attached"]},
		"created_on":  schema.StringAttribute{Computed: true, MarkdownDescription: tfvalue.Descriptions["created_on"]},
		"modified_on": schema.StringAttribute{Computed: true, MarkdownDescription: tfvalue.Descriptions["modified_on"]},
	}
}
