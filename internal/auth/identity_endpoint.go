package auth

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// metadataAPIVersion is the default api-version of the metadata service.
const metadataAPIVersion = "2018-02-01"

// identityEndpoint gets tokens of a managed identity from msi_endpoint, which has the
// metadata service's API.
type identityEndpoint struct {
	address    string
	apiVersion string
	client     string
	options    policy.ClientOptions
}

func (b builder) customEndpoint(client string) (azcore.TokenCredential, error) {
	address := b.settings.Get(MSIEndpoint)
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" {
		return nil, advise(fmt.Errorf("%s is not a valid address", b.settings.Source(MSIEndpoint)), addressAdvice)
	}
	if err := checkSecure(parsed); err != nil {
		return nil, fmt.Errorf("%s: %w", b.settings.Source(MSIEndpoint), err)
	}
	endpoint := &identityEndpoint{address, cmp.Or(b.settings.Get(MSIAPIVersion), metadataAPIVersion), client, b.options}
	return &awaited{TokenCredential: endpoint, address: address, options: b.options}, nil
}

// GetToken implements [azcore.TokenCredential].
func (e *identityEndpoint) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	request, err := runtime.NewRequest(ctx, http.MethodGet, e.address)
	if err != nil {
		return azcore.AccessToken{}, err
	}
	query := request.Raw().URL.Query()
	query.Set("api-version", e.apiVersion)
	query.Set("resource", strings.TrimSuffix(options.Scopes[0], "/.default"))
	if e.client != "" {
		query.Set("client_id", e.client)
	}
	request.Raw().URL.RawQuery = query.Encode()
	request.Raw().Header.Set("Metadata", "true")
	response, err := plainPipeline(e.options).Do(request)
	if err != nil {
		return azcore.AccessToken{}, err
	}
	body, err := runtime.Payload(response)
	if err != nil {
		return azcore.AccessToken{}, err
	}
	if response.StatusCode != http.StatusOK {
		return azcore.AccessToken{}, newReplyError(response, body)
	}
	var token struct {
		Token     string `json:"access_token"`
		ExpiresIn any    `json:"expires_in"` // seconds, as a number or a string
		ExpiresOn any    `json:"expires_on"` // seconds since 1970, or a date in an old api-version
	}
	if err := json.Unmarshal(body, &token); err != nil || token.Token == "" {
		return azcore.AccessToken{}, fmt.Errorf("%s did not return a token", request.Raw().URL.Host)
	}
	expires := time.Now()
	if seconds, ok := wholeNumber(token.ExpiresIn); ok {
		expires = expires.Add(time.Duration(seconds) * time.Second)
	} else if seconds, ok := wholeNumber(token.ExpiresOn); ok {
		expires = time.Unix(seconds, 0)
	}
	return azcore.AccessToken{Token: token.Token, ExpiresOn: expires}, nil
}

// wholeNumber returns a number of a JSON document that may be written as a string.
func wholeNumber(value any) (int64, bool) {
	number, err := strconv.ParseFloat(fmt.Sprint(value), 64)
	return int64(number), err == nil
}
