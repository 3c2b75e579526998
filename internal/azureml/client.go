package azureml

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
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
	cache, _ := c.caches.LoadOrStore(keyOf(id.String()), newWorkspaceCache())
	return &Workspace{ID: id, client: c, cache: cache.(*workspaceCache)} //nolint:forcetypeassert // nothing else is stored
}

// resourceURL is the URL of a path below the Resource Manager endpoint, which may have a
// path of its own or end in a slash.
func (c *Client) resourceURL(path string, query ...string) string {
	return c.resourceURLAt(c.apiVersion, path, query...)
}

// resourceURLAt is a URL of another resource provider, which has its own api-versions.
func (c *Client) resourceURLAt(apiVersion, path string, query ...string) string {
	address := strings.TrimSuffix(c.endpoint.String(), "/") + path + "?api-version=" + url.QueryEscape(apiVersion)
	for _, parameter := range query {
		address += "&" + parameter
	}
	return address
}

// trusts reports whether the bearer token may be sent to a URL: only to the configured
// Resource Manager, and where that is below a path of its host, only below that path.
func (c *Client) trusts(address string) bool {
	parsed, err := url.Parse(address)
	return err == nil && parsed.Scheme == c.endpoint.Scheme && strings.EqualFold(parsed.Hostname(), c.endpoint.Hostname()) &&
		portOf(parsed) == portOf(c.endpoint) && below(parsed.Path, c.endpoint.Path)
}

// below reports that a path is a folder or is inside it. Paths with dot segments are
// refused, because gateways differ in how they resolve them.
func below(address, folder string) bool {
	folder = strings.TrimSuffix(folder, "/") + "/"
	return strings.HasPrefix(address+"/", folder) && !strings.Contains(address, `\`) && !strings.Contains(address+"/", "/../") &&
		!strings.Contains(address+"/", "/./")
}

// portOf is the port of an https URL. Some URLs of the service name the default port.
func portOf(address *url.URL) string {
	if port := address.Port(); port != "" {
		return port
	}
	return "443"
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

// maxValues is roughly how many values the JSON of a reply may have. In memory a value can
// take a hundred times its bytes. A page of 8,000 computes has about 150,000 values.
const maxValues = 160_000

// oversized reports JSON with too many values to decode. It also counts characters in
// strings, which does no harm.
func oversized(body []byte) bool {
	return bytes.Count(body, []byte(","))+bytes.Count(body, []byte("{"))+bytes.Count(body, []byte("[")) > maxValues
}

func parse(response *http.Response, body []byte) (map[string]any, *http.Response, error) {
	if oversized(body) {
		return nil, nil, malformed(response, fmt.Errorf("it has more than %d values", maxValues))
	}
	document, _ := decodeJSON(body).(map[string]any)
	if document == nil {
		return nil, nil, malformed(response, errNoJSONObject)
	}
	return document, response, nil
}

// decodeJSON decodes a reply; nil when it is not JSON. A number that is too large for a
// float counts as null: it must not spoil the rest.
func decodeJSON(body []byte) (value any) {
	err := json.Unmarshal(body, &value)
	if _, tooLarge := errors.AsType[*json.UnmarshalTypeError](err); err != nil && !tooLarge {
		return nil
	}
	return value
}

// payload is the body of a reply, without the byte order mark that some gateways add.
func payload(response *http.Response) ([]byte, error) {
	body, err := runtime.Payload(response)
	return bytes.TrimPrefix(body, []byte("\ufeff")), err
}

var errNoJSONObject = errors.New("it is not a JSON object")

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

// noReply wraps the error of a request that got no reply. A failed sign-in is returned as it is.
func noReply(request *policy.Request, err error) error {
	if IsSignIn(err) {
		return err
	}
	return &NoReplyError{request.Raw().Method, request.Raw().URL.Path, withoutQuery(err)}
}

// withoutQuery replaces the URL in a transport error by its host and path: the query of a
// status URL is a signature.
func withoutQuery(err error) error {
	if inURL, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("%s %s: %w", strings.ToUpper(inURL.Op), hostAndPathOf(inURL.URL), inURL.Err)
	}
	return err
}

func hostAndPathOf(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return "an invalid URL"
	}
	return parsed.Host + parsed.Path
}

func pathOf(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return "an invalid URL"
	}
	return parsed.Path
}
