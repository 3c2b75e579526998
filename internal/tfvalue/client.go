package tfvalue

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// Client is the client that the provider hands to its resources and data sources.
func Client(providerData any) (*azureml.Client, diag.Diagnostics) {
	client, ok := providerData.(*azureml.Client)
	if !ok {
		return nil, diag.Diagnostics{diag.NewErrorDiagnostic("The provider handed over no client",
			fmt.Sprintf("It is a %T. This is a fault of the provider; please report it.", providerData))}
	}
	return client, nil
}
