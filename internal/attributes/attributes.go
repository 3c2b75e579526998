// Package attributes defines each attribute of a Batch compute once: its name, type and
// description, and how its value is read from a compute. The resource, the list resource, the
// data sources and the functions use it. It also defines the attributes of a search for
// computes.
package attributes

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// attribute is an attribute of a compute.
type attribute struct {
	schema
	value func(*azureml.BatchCompute) attr.Value
}

// configured are the attributes that a configuration of the resource decides. The resource has
// its own schema for them, because there they can be set.
var configured = map[string]attribute{
	"id": {
		text("Resource Manager id of the compute."),
		func(c *azureml.BatchCompute) attr.Value { return types.StringValue(c.ID) },
	},
	"name": {
		text("Name of the compute in the workspace."),
		func(c *azureml.BatchCompute) attr.Value { return types.StringValue(c.Name) },
	},
	"batch_account_id": {
		text("Resource Manager id of the attached Batch account. In the Python class: `cluster_resource_id`."),
		func(c *azureml.BatchCompute) attr.Value { return Text(c.ClusterResourceID) },
	},
	"description": {
		text("Description of the compute."),
		func(c *azureml.BatchCompute) attr.Value { return types.StringPointerValue(c.Description) },
	},
	"tags": {
		texts("Tags of the compute; null if the service has none."),
		func(c *azureml.BatchCompute) attr.Value { return Tags(c.Tags) },
	},
	"location": {
		text("Azure region of the compute, such as `westeurope`."),
		func(c *azureml.BatchCompute) attr.Value { return Text(c.Location) },
	},
}

// computed are the attributes that Azure decides.
var computed = map[string]attribute{
	"compute_location": {
		text("Azure region of the Batch account as the service returns it, such as `westeurope`; if it returns none, the compute's region. In the Python class: `cluster_location`."),
		func(c *azureml.BatchCompute) attr.Value { return Text(c.ClusterLocation) },
	},
	"provisioning_state": {
		text("State of the attachment: `Succeeded`, `Failed`, `Creating`, `Deleting` or another state of the service."),
		func(c *azureml.BatchCompute) attr.Value { return Text(c.ProvisioningState) },
	},
	"provisioning_errors": {
		objects("The service's errors about the attachment; empty if there are none.", provisioningError),
		func(c *azureml.BatchCompute) attr.Value { return provisioningErrors(c.ProvisioningErrors) },
	},
	"is_attached": {
		boolean("Whether the compute was attached, not created by the workspace; true for Batch."),
		func(c *azureml.BatchCompute) attr.Value { return types.BoolValue(c.IsAttached) },
	},
	"created_on": {
		text("When the compute was attached, in RFC 3339, such as `2026-07-01T09:30:00Z`; null if the service does not return it."),
		func(c *azureml.BatchCompute) attr.Value { return timeText(c.CreatedOn) },
	},
	"modified_on": {
		text("When the compute last changed, in RFC 3339; null if the service does not return it."),
		func(c *azureml.BatchCompute) attr.Value { return timeText(c.ModifiedOn) },
	},
}

// all returns the attributes of a compute in a data source and in a function's result.
func all() map[string]attribute {
	attributes := maps.Clone(configured)
	maps.Copy(attributes, computed)
	return attributes
}

// DataSource returns the schema of a compute's attributes in a data source.
func DataSource() map[string]datasource.Attribute {
	attributes := map[string]datasource.Attribute{}
	for name, attribute := range all() {
		attributes[name] = attribute.dataSource
	}
	return attributes
}

// Types returns the types of a compute's attributes.
func Types() map[string]attr.Type {
	attributes := map[string]attr.Type{}
	for name, attribute := range all() {
		attributes[name] = attribute.dataSource.GetType()
	}
	return attributes
}

// Object returns a compute with all of its attributes. The values in more are added, or replace
// the compute's own.
func Object(ctx context.Context, compute *azureml.BatchCompute, more map[string]attr.Value) (types.Object, diag.Diagnostics) {
	values := map[string]attr.Value{}
	for name, attribute := range all() {
		values[name] = attribute.value(compute)
	}
	maps.Copy(values, more)
	return object(ctx, values)
}

// Resource returns the schema of the attributes that Azure decides, for the resource.
func Resource() map[string]resource.Attribute {
	attributes := map[string]resource.Attribute{}
	for name, attribute := range computed {
		attributes[name] = attribute.resource
	}
	return attributes
}

// Refresh sets the fields of a struct, one for each attribute of [Resource], to the values of a
// compute.
func Refresh(ctx context.Context, compute *azureml.BatchCompute, into any) diag.Diagnostics {
	return fill(ctx, into, func(a attribute) attr.Value { return a.value(compute) })
}

// MakeUnknown makes the fields of such a struct unknown, for a plan to attach.
func MakeUnknown(ctx context.Context, into any) diag.Diagnostics {
	return fill(ctx, into, func(a attribute) attr.Value { return a.unknown })
}

func fill(ctx context.Context, into any, value func(attribute) attr.Value) diag.Diagnostics {
	values := map[string]attr.Value{}
	for name, attribute := range computed {
		values[name] = value(attribute)
	}
	filled, diags := object(ctx, values)
	if diags.HasError() {
		return diags
	}
	return filled.As(ctx, into, basetypes.ObjectAsOptions{})
}

func object(ctx context.Context, values map[string]attr.Value) (types.Object, diag.Diagnostics) {
	kinds := make(map[string]attr.Type, len(values))
	for name, value := range values {
		kinds[name] = value.Type(ctx)
	}
	return types.ObjectValue(kinds, values)
}
