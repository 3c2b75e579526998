package azureml

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/bounds"
)

// DefaultAPIVersion is the api-version that the newest Python package
// (azureml-core 1.61) uses for Batch computes.
const DefaultAPIVersion = "2020-02-02"

// Options of a [Client].
type Options struct {
	// Cloud has the Resource Manager endpoint and audience. Zero means the public cloud.
	Cloud cloud.Configuration
	// Transport sends the requests. It is required.
	Transport policy.Transporter
	// APIVersion of workspaces and computes. Empty means [DefaultAPIVersion].
	APIVersion string
	// AuxiliaryTenants are additional tenants whose tokens are sent with each request.
	AuxiliaryTenants []string
	// UserAgent names the caller in Azure's logs.
	UserAgent string
	// CorrelationID ties all requests of one run together in Azure's logs. Empty sends none.
	CorrelationID string
	// SubscriptionID is the one that a [Search] without a subscription is in. Empty means none.
	SubscriptionID string
	// Polling is how often the status of an operation is polled. Zero values mean the defaults.
	Polling Polling
}

// Client speaks to the machine learning resource provider of one cloud with one
// credential. It is safe for concurrent use; a process needs only one.
type Client struct {
	signIn         *signIn
	pipeline       runtime.Pipeline
	endpoint       *url.URL
	apiVersion     string
	subscriptionID string
	polling        Polling
	caches         sync.Map // *workspaceCache by workspace id, in lower case
	ownership      ownership
	outage         outage
	reads          readBudget
}

// NewClient makes a client. It sends nothing; the first request signs in, unless
// [Client.StartSignIn] has.
func NewClient(credential azcore.TokenCredential, options Options) (*Client, error) {
	signIn := newSignIn(credential, options)
	armClient, err := arm.NewClient("azureml", "v0.0.0", signIn, &arm.ClientOptions{
		ClientOptions: policy.ClientOptions{
			Cloud:           options.Cloud,
			Transport:       bounds.Transport(options.Transport),
			PerCallPolicies: []policy.Policy{headers{options.UserAgent, options.CorrelationID}},
			// Last before the wire, so that each try is logged as it was sent.
			PerRetryPolicies: []policy.Policy{retryAfterBounds{}, requestLog{}},
		},
		AuxiliaryTenants: options.AuxiliaryTenants,
		// Registering a resource provider changes the subscription, so it is left to the
		// caller: see [KindUnregisteredProvider].
		DisableRPRegistration: true,
	})
	if err != nil {
		return nil, fmt.Errorf("the Resource Manager client cannot be built: %w", err)
	}
	endpoint, err := url.Parse(armClient.Endpoint())
	if err != nil {
		return nil, fmt.Errorf("the Resource Manager endpoint %q is not a valid URL: %w", armClient.Endpoint(), err)
	}
	return &Client{
		signIn:         signIn,
		pipeline:       armClient.Pipeline(),
		endpoint:       endpoint,
		apiVersion:     cmp.Or(options.APIVersion, DefaultAPIVersion),
		subscriptionID: options.SubscriptionID,
		polling:        options.Polling.withDefaults(),
		reads:          readBudget{lists: newSemaphore()},
	}, nil
}

// Workspace gives access to a workspace's computes. It sends nothing.
func (c *Client) Workspace(id WorkspaceID) *Workspace {
	cache, _ := c.caches.LoadOrStore(strings.ToLower(id.String()), newWorkspaceCache())
	return &Workspace{ID: id, client: c, cache: cache.(*workspaceCache)} //nolint:forcetypeassert // nothing else is stored
}

// get reads a JSON object, with the retries of [readRetries]. During an outage it sends
// nothing, or tries once where the outage may not concern all of Resource Manager.
func (c *Client) get(ctx context.Context, address string) (map[string]any, *http.Response, error) {
	ctx, done := bounds.OneAtATime(ctx)
	defer done()
	retries, began := readRetries{done: done}, time.Now()
	if err := c.outage.current(ctx); err != nil {
		if ofHost(err) {
			return nil, nil, &NotSentError{err}
		}
		retries.failures = maxFailures - 1
	}
	response, body, err := c.roundTrip(policy.WithRetryOptions(ctx, retries.options()), http.MethodGet, address, nil)
	if IsSignIn(err) {
		retries.last = err
	}
	if ctx.Err() != nil {
		return nil, nil, interrupted(ctx, "reading "+pathOf(address), retries.last)
	}
	var document map[string]any
	if err == nil {
		document, response, err = parse(response, body)
	}
	switch {
	case retries.failures >= maxFailures:
		c.outage.record(began, err)
	case err == nil:
		c.outage.clear()
	}
	return document, response, err
}

// getOnce is get without retries, for what is good to know and not needed.
func (c *Client) getOnce(ctx context.Context, address string) (map[string]any, *http.Response, error) {
	ctx, done := bounds.OneAtATime(ctx)
	defer done()
	response, body, err := c.sendOnce(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, nil, err
	}
	return parse(response, body)
}

// sendOnce sends a request that must not be repeated blindly.
func (c *Client) sendOnce(ctx context.Context, method, address string, body []byte) (*http.Response, []byte, error) {
	return c.roundTrip(policy.WithRetryOptions(ctx, policy.RetryOptions{MaxRetries: -1}), method, address, body)
}

// roundTrip sends a request through the pipeline and reads the reply to its end. A reply
// that is not of the 2xx kind is an [Error].
func (c *Client) roundTrip(ctx context.Context, method, address string, body []byte) (*http.Response, []byte, error) {
	ctx, signIn := rememberSignIn(ctx)
	request, err := runtime.NewRequest(ctx, method, address)
	if err != nil {
		return nil, nil, err
	}
	request.Raw().Header.Set("Accept", "application/json")
	if body != nil {
		if err := request.SetBody(streaming.NopCloser(bytes.NewReader(body)), "application/json"); err != nil {
			return nil, nil, err
		}
	}
	response, err := c.pipeline.Do(request)
	if err != nil {
		return nil, nil, noReply(request, cmp.Or(*signIn, err))
	}
	c.reads.record(response)
	content, err := payload(response)
	if err != nil {
		return nil, nil, noReply(request, err)
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return nil, nil, newError(response, content)
	}
	return response, content, nil
}
