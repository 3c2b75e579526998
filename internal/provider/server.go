package provider

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
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

func call[Request, Response any](ctx context.Context, request Request, do func(context.Context, Request) (Response, error)) (Response, error) {
	during, end := newCallContext(ctx)
	defer end()
	return forward(during, request, do) //nolint:contextcheck // It is ctx during the call.
}

// callContext has a call's values, deadline and cancellation during the call, and is empty
// and canceled afterwards.
type callContext struct {
	// Context is a cancelable context of the standard library: contexts derived from it
	// need no goroutine to observe the cancellation.
	context.Context
	call atomic.Pointer[context.Context]
}

func newCallContext(call context.Context) (_ *callContext, end func()) {
	own, cancel := context.WithCancelCause(context.Background())
	c := &callContext{Context: own}
	c.call.Store(&call)
	unbind := context.AfterFunc(call, func() { cancel(context.Cause(call)) })
	return c, func() { //nolint:contextcheck // It ends the context.
		unbind()
		cancel(context.Canceled)
		c.call.Store(nil)
	}
}

// Value implements [context.Context].
func (c *callContext) Value(key any) any {
	if value := c.Context.Value(key); value != nil {
		return value
	}
	if call := c.call.Load(); call != nil {
		return (*call).Value(key)
	}
	return nil
}

// Deadline implements [context.Context].
func (c *callContext) Deadline() (time.Time, bool) {
	if call := c.call.Load(); call != nil {
		return (*call).Deadline()
	}
	return time.Time{}, false
}
