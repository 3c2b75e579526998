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

// NewServer makes what serves the provider to Terraform.
//
// The framework keeps the context of each call for as long as the process lives, to be
// able to cancel it, and with it loggers of some 10 kB: of a thousand computes that was
// most of the memory. So it gets contexts that hold nothing once their call has ended.
func NewServer(version string, options ...func(*azureml.Options)) tfprotov6.ProviderServer {
	own := newProvider(version, options)
	framework := providerserver.NewProtocol6(own)()
	// It is the framework's promise that its server also implements list resources.
	//nolint:forcetypeassert,staticcheck // A test calls it; the interface will be part of tfprotov6.ProviderServer.
	return server{framework.(tfprotov6.ProviderServerWithListResource), own}
}

// server passes on all calls; those that come in great numbers, with a [callContext].
// ListResource is none of them: its results are made when it has returned.
type server struct {
	tfprotov6.ProviderServerWithListResource

	provider *azuremlProvider
}

func (s server) ValidateResourceConfig(ctx context.Context, request *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return call(ctx, request, s.ProviderServerWithListResource.ValidateResourceConfig)
}

// UpgradeResourceState is called for each object of the state, also for what is not
// refreshed, and for what is tainted, whose plan does not tell that there is a state.
func (s server) UpgradeResourceState(ctx context.Context, request *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	s.noteInState(request.RawState)
	return call(ctx, request, s.ProviderServerWithListResource.UpgradeResourceState)
}

// noteInState tells the run which compute the state has.
func (s server) noteInState(state *tfprotov6.RawState) {
	run := s.provider.run.Load()
	if run == nil || state == nil {
		return
	}
	var object struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(state.JSON, &object) == nil { // else the framework says what is wrong with it
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
	return forward(during, request, do) //nolint:contextcheck // It is ctx while the call goes on.
}

// callContext has a call's values, deadline and cancellation while the call goes on, and
// is empty and cancelled afterwards.
type callContext struct {
	// The cancellation is the standard library's own, so that contexts made from this
	// one need no goroutine to hear of it.
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
