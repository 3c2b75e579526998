// Package datasources looks up attachments that are there: azureml_batch_compute finds
// one by name, azureml_batch_computes lists a workspace's.
package datasources

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

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
		response.Diagnostics.AddError("The provider handed over no client", fmt.Sprintf("It is a %T. This is a fault of the provider; please report it.", request.ProviderData))
		return
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
		"compute_location":   schema.StringAttribute{Computed: true, MarkdownDescription: "Azure region that the service gives for the Batch account, such as `westeurope`. In the class: `cluster_location`."},
		"provisioning_state": schema.StringAttribute{Computed: true, MarkdownDescription: "State of the attachment: `Succeeded`, `Failed`, `Creating`, `Deleting` or another one of the service's. In the class: `provisioning_state`."},
		"provisioning_errors": schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: "What went wrong with the attachment; empty when nothing did. In the class: `provisioning_errors`.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"code":    schema.StringAttribute{Computed: true, MarkdownDescription: "The service's code."},
				"message": schema.StringAttribute{Computed: true, MarkdownDescription: "The service's words."},
				"target":  schema.StringAttribute{Computed: true, MarkdownDescription: "What the error is about."},
				"details": schema.ListNestedAttribute{
					Computed: true, MarkdownDescription: "Errors nested below, at any depth, in order.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"code":    schema.StringAttribute{Computed: true, MarkdownDescription: "The service's code."},
						"message": schema.StringAttribute{Computed: true, MarkdownDescription: "The service's words."},
					}},
				},
			}},
		},
		"is_attached": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the compute was attached rather than made by the workspace; true for Batch. In the class: `is_attached`."},
		"created_on":  schema.StringAttribute{Computed: true, MarkdownDescription: "When it was attached, in RFC 3339, such as `2026-07-01T09:30:00Z`; null while the service does not say. In the class: `created_on`, which it never fills in."},
		"modified_on": schema.StringAttribute{Computed: true, MarkdownDescription: "When it last changed, in RFC 3339; null while the service does not say. In the class: `modified_on`, which it never fills in."},
	}
}
