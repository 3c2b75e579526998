package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/safetext"
)

// NewServer returns the server that Terraform calls.
//
// The framework keeps the context of each call for the life of the process, to be able to
// cancel it, and with it loggers of about 10 kB. For a thousand computes that was most of
// the memory, so the framework gets contexts that hold nothing once their call has ended.
func NewServer(version string, options ...func(*azureml.Options)) tfprotov6.ProviderServer {
	own := newProvider(version, options)
	framework := providerserver.NewProtocol6(own)()
	// The framework documents that its server also implements list resources.
	//nolint:forcetypeassert,staticcheck // A test calls it; the interface will be part of tfprotov6.ProviderServer.
	return server{framework.(tfprotov6.ProviderServerWithListResource), own}
}

// server forwards all calls to the framework. The frequent ones get a [callContext], except
// ListResource, whose results are produced after it returns.
type server struct {
	tfprotov6.ProviderServerWithListResource

	provider *azuremlProvider
}

func (s server) ValidateResourceConfig(ctx context.Context, request *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return call(ctx, request, s.ProviderServerWithListResource.ValidateResourceConfig)
}

// UpgradeResourceState notes each object of the state. Terraform calls it for all of them,
// even those that it does not refresh, and tainted ones, whose plan looks like a creation.
func (s server) UpgradeResourceState(ctx context.Context, request *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	s.noteInState(request.RawState)
	return call(ctx, request, s.ProviderServerWithListResource.UpgradeResourceState)
}

// noteInState tells the run which compute is in the state.
func (s server) noteInState(state *tfprotov6.RawState) {
	run := s.provider.run.Load()
	if run == nil || state == nil {
		return
	}
	var object struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(state.JSON, &object) == nil { // else the framework reports the error
		run.NoteInState(object.ID)
	}
}

func (s server) UpgradeResourceIdentity(ctx context.Context, request *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return call(ctx, request, s.ProviderServerWithListResource.UpgradeResourceIdentity)
}

func (s server) ReadResource(ctx context.Context, request *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return call(ctx, request, s.ProviderServerWithListResource.ReadResource)
}

func (s server) PlanResourceChange(ctx context.Context, request *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return call(ctx, request, s.ProviderServerWithListResource.PlanResourceChange)
}

func (s server) ApplyResourceChange(ctx context.Context, request *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return call(ctx, request, s.ProviderServerWithListResource.ApplyResourceChange)
}

func (s server) ImportResourceState(ctx context.Context, request *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return call(ctx, request, s.ProviderServerWithListResource.ImportResourceState)
}

func (s server) ValidateDataResourceConfig(ctx context.Context, request *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return call(ctx, request, s.ProviderServerWithListResource.ValidateDataResourceConfig)
}

func (s server) ReadDataSource(ctx context.Context, request *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return call(ctx, request, s.ProviderServerWithListResource.ReadDataSource)
}

func (s server) CallFunction(ctx context.Context, request *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return call(ctx, request, s.ProviderServerWithListResource.CallFunction)
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

// call is [forward] with a context that holds nothing once the call has ended.
func call[Request, Response any](ctx context.Context, request Request, do func(context.Context, Request) (Response, error)) (Response, error) {
	during, end := newCallContext(ctx)
	defer end()
	return forward(during, request, do) //nolint:contextcheck // It is ctx during the call.
}

// forward calls the framework, and cleans the response.
func forward[Request, Response any](ctx context.Context, request Request, do func(context.Context, Request) (Response, error)) (Response, error) {
	response, err := do(ctx, request)
	clean(response)
	return response, err
}
