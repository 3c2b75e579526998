package tfvalue

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// BatchCompute is what the data sources and the functions say of a compute.
type BatchCompute struct {
	ID                 types.String `tfsdk:"id"`
	Name               types.String `tfsdk:"name"`
	BatchAccountID     types.String `tfsdk:"batch_account_id"`
	Description        types.String `tfsdk:"description"`
	Tags               types.Map    `tfsdk:"tags"`
	Location           types.String `tfsdk:"location"`
	ComputeLocation    types.String `tfsdk:"compute_location"`
	ProvisioningState  types.String `tfsdk:"provisioning_state"`
	ProvisioningErrors types.List   `tfsdk:"provisioning_errors"`
	IsAttached         types.Bool   `tfsdk:"is_attached"`
	CreatedOn          types.String `tfsdk:"created_on"`
	ModifiedOn         types.String `tfsdk:"modified_on"`
}

// BatchComputeTypes are the types of [BatchCompute]'s attributes.
func BatchComputeTypes() map[string]attr.Type {
	return map[string]attr.Type{
		"id":                  types.StringType,
		"name":                types.StringType,
		"batch_account_id":    types.StringType,
		"description":         types.StringType,
		"tags":                types.MapType{ElemType: types.StringType},
		"location":            types.StringType,
		"compute_location":    types.StringType,
		"provisioning_state":  types.StringType,
		"provisioning_errors": types.ListType{ElemType: ProvisioningErrorType},
		"is_attached":         types.BoolType,
		"created_on":          types.StringType,
		"modified_on":         types.StringType,
	}
}

// BatchComputeOf is a compute as Terraform values.
func BatchComputeOf(compute *azureml.BatchCompute) BatchCompute {
	return BatchCompute{
		ID:                 types.StringValue(compute.ID),
		Name:               types.StringValue(compute.Name),
		BatchAccountID:     Text(compute.ClusterResourceID),
		Description:        types.StringPointerValue(compute.Description),
		Tags:               Tags(compute.Tags),
		Location:           Text(compute.Location),
		ComputeLocation:    Text(compute.ClusterLocation),
		ProvisioningState:  Text(compute.ProvisioningState),
		ProvisioningErrors: ProvisioningErrors(compute.ProvisioningErrors),
		IsAttached:         types.BoolValue(compute.IsAttached),
		CreatedOn:          Time(compute.CreatedOn),
		ModifiedOn:         Time(compute.ModifiedOn),
	}
}
