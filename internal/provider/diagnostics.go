package provider

import (
	"context"

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

// forward calls the framework, and cleans the response.
func forward[Request, Response any](ctx context.Context, request Request, do func(context.Context, Request) (Response, error)) (Response, error) {
	response, err := do(ctx, request)
	clean(response)
	return response, err
}

func (s server) ValidateProviderConfig(ctx context.Context, request *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return forward(ctx, request, s.ProviderServerWithListResource.ValidateProviderConfig)
}

func (s server) ConfigureProvider(ctx context.Context, request *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return forward(ctx, request, s.ProviderServerWithListResource.ConfigureProvider)
}

func (s server) MoveResourceState(ctx context.Context, request *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return forward(ctx, request, s.ProviderServerWithListResource.MoveResourceState)
}

func (s server) ValidateListResourceConfig(ctx context.Context, request *tfprotov6.ValidateListResourceConfigRequest) (*tfprotov6.ValidateListResourceConfigResponse, error) {
	return forward(ctx, request, s.ProviderServerWithListResource.ValidateListResourceConfig)
}

// ListResource cleans each result as Terraform reads it.
func (s server) ListResource(ctx context.Context, request *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	stream, err := s.ProviderServerWithListResource.ListResource(ctx, request)
	if err != nil || stream == nil || stream.Results == nil {
		return stream, err
	}
	results := stream.Results
	stream.Results = func(yield func(tfprotov6.ListResourceResult) bool) {
		for result := range results {
			result.DisplayName = safetext.Clean(result.DisplayName)
			cleanAll(result.Diagnostics)
			if !yield(result) {
				return
			}
		}
	}
	return stream, err
}
