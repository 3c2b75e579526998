// Package tfvalue is what lies between the domain and Terraform for the resource, the data
// sources and the functions alike: how a [azureml.BatchCompute] is written as Terraform
// values, how the domain's rules are asked by validators, and what the documentation says.
package tfvalue

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// ErrorDetailType is one nested provisioning error.
var ErrorDetailType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"code":    types.StringType,
	"message": types.StringType,
}}

// ProvisioningErrorType is one element of provisioning_errors.
var ProvisioningErrorType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"code":    types.StringType,
	"message": types.StringType,
	"target":  types.StringType,
	"details": types.ListType{ElemType: ErrorDetailType},
}}

// ProvisioningErrors is empty, not null, when there are none.
func ProvisioningErrors(infos []azureml.ErrorInfo) types.List {
	values := make([]attr.Value, len(infos))
	for i, info := range infos {
		details := make([]attr.Value, len(info.Details))
		for j, detail := range info.Details {
			details[j] = types.ObjectValueMust(ErrorDetailType.AttrTypes, map[string]attr.Value{
				"code":    Text(detail.Code),
				"message": Text(detail.Message),
			})
		}
		values[i] = types.ObjectValueMust(ProvisioningErrorType.AttrTypes, map[string]attr.Value{
			"code":    Text(info.Code),
			"message": Text(info.Message),
			"target":  Text(info.Target),
			"details": types.ListValueMust(ErrorDetailType, details),
		})
	}
	return types.ListValueMust(ProvisioningErrorType, values)
}

// Text is null when there is nothing to say.
func Text(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

// Time is RFC 3339, and null when the service does not say.
func Time(t time.Time) types.String {
	if t.IsZero() {
		return types.StringNull()
	}
	return types.StringValue(t.Format(time.RFC3339Nano))
}

// Tags is null for nil, and an empty map for an empty one.
func Tags(tags map[string]string) types.Map {
	if tags == nil {
		return types.MapNull(types.StringType)
	}
	values := make(map[string]attr.Value, len(tags))
	for key, value := range tags {
		values[key] = types.StringValue(value)
	}
	return types.MapValueMust(types.StringType, values)
}

// Strings is the map of a tags attribute; nil when it is null or not known.
func Strings(tags types.Map) map[string]string {
	if tags.IsNull() || tags.IsUnknown() {
		return nil
	}
	values := make(map[string]string, len(tags.Elements()))
	for key, value := range tags.Elements() {
		text, _ := value.(types.String)
		values[key] = text.ValueString()
	}
	return values
}
