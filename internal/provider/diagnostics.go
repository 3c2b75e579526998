package provider

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/safetext"
)

// clean makes the errors and warnings of a response safe to show, whatever text of the
// service, a proxy or the configuration they contain. Every one of them passes here.
func clean(response any) {
	cleanAll(diagnosticsOf(response))
	if called, ok := response.(*tfprotov6.CallFunctionResponse); ok && called != nil && called.Error != nil {
		called.Error.Text = safetext.Clean(called.Error.Text)
	}
}

func cleanAll(diagnostics []*tfprotov6.Diagnostic) {
	for _, diagnostic := range diagnostics {
		diagnostic.Summary = safetext.Clean(diagnostic.Summary)
		diagnostic.Detail = safetext.Clean(diagnostic.Detail)
	}
}

func diagnosticsOf(response any) []*tfprotov6.Diagnostic {
	switch response := response.(type) {
	case *tfprotov6.ValidateProviderConfigResponse:
		return response.Diagnostics
	case *tfprotov6.ConfigureProviderResponse:
		return response.Diagnostics
	case *tfprotov6.ValidateResourceConfigResponse:
		return response.Diagnostics
	case *tfprotov6.UpgradeResourceStateResponse:
		return response.Diagnostics
	case *tfprotov6.UpgradeResourceIdentityResponse:
		return response.Diagnostics
	case *tfprotov6.ReadResourceResponse:
		return response.Diagnostics
	case *tfprotov6.PlanResourceChangeResponse:
		return response.Diagnostics
	case *tfprotov6.ApplyResourceChangeResponse:
		return response.Diagnostics
	case *tfprotov6.ImportResourceStateResponse:
		return response.Diagnostics
	case *tfprotov6.MoveResourceStateResponse:
		return response.Diagnostics
	case *tfprotov6.ValidateDataResourceConfigResponse:
		return response.Diagnostics
	case *tfprotov6.ReadDataSourceResponse:
		return response.Diagnostics
	case *tfprotov6.ValidateListResourceConfigResponse:
		return response.Diagnostics
	}
	return nil
}
