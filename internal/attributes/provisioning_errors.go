package attributes

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// The elements of provisioning_errors.
var (
	errorDetail = map[string]schema{
		"code":    text("The service's code."),
		"message": text("The service's message."),
	}
	provisioningError = map[string]schema{
		"code":    text("The service's code."),
		"message": text("The service's message."),
		"target":  text("The target of the error, such as a field."),
		"details": objects("Errors nested in this one, at any depth, in order.", errorDetail),
	}
	errorDetailType       = objectType(errorDetail)
	provisioningErrorType = objectType(provisioningError)
)

// provisioningErrors returns an empty list, not null, if there are none.
func provisioningErrors(infos []azureml.ErrorInfo) types.List {
	values := make([]attr.Value, len(infos))
	for i, info := range infos {
		details := make([]attr.Value, len(info.Details))
		for j, detail := range info.Details {
			details[j] = types.ObjectValueMust(errorDetailType.AttrTypes, map[string]attr.Value{
				"code":    Text(detail.Code),
				"message": Text(detail.Message),
			})
		}
		values[i] = types.ObjectValueMust(provisioningErrorType.AttrTypes, map[string]attr.Value{
			"code":    Text(info.Code),
			"message": Text(info.Message),
			"target":  Text(info.Target),
			"details": types.ListValueMust(errorDetailType, details),
		})
	}
	return types.ListValueMust(provisioningErrorType, values)
}
