package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// federationAudience is what Entra ID wants a federated token to be for.
const federationAudience = "api://AzureADTokenExchange"

// oidc signs in with a token of another identity provider, which is asked for anew
// whenever Entra ID wants one: such tokens live for minutes.
func (b builder) oidc() (azcore.TokenCredential, error) {
	tenant, client, err := b.application()
	if err != nil {
		return nil, err
	}
	assertion, err := b.assertion()
	if err != nil {
		return nil, err
	}
	return azidentity.NewClientAssertionCredential(tenant, client, assertion, &azidentity.ClientAssertionCredentialOptions{
		ClientOptions:              b.options,
		AdditionallyAllowedTenants: b.settings.List(AuxiliaryTenantIDs),
		DisableInstanceDiscovery:   b.settings.IsTrue(DisableInstanceDiscovery),
	})
}

func (b builder) assertion() (func(context.Context) (string, error), error) {
	switch {
	case b.settings.Get(OIDCToken) != "" || b.settings.Get(OIDCTokenFilePath) != "":
		return func(context.Context) (string, error) { return b.valueOrFile(OIDCToken, OIDCTokenFilePath) }, nil
	case b.settings.Get(OIDCRequestURL) == "":
		return nil, errNoOIDCToken
	case b.settings.Get(OIDCRequestToken) == "":
		return nil, missing(OIDCRequestToken)
	}
	return b.requestToken, nil
}

// requestToken asks GitHub Actions, or Azure DevOps for one of its service
// connections, for a token.
func (b builder) requestToken(ctx context.Context) (string, error) {
	address, err := url.Parse(b.settings.Get(OIDCRequestURL))
	if err != nil || address.Host == "" {
		return "", fmt.Errorf("%s is no address", b.settings.Source(OIDCRequestURL))
	}
	method, query := http.MethodGet, address.Query()
	if connection := b.settings.Get(OIDCAzureServiceConnectionID); connection != "" {
		method = http.MethodPost
		query.Set("api-version", "7.1")
		query.Set("serviceConnectionId", connection)
	} else {
		query.Set("audience", federationAudience)
	}
	address.RawQuery = query.Encode()
	return b.askForToken(ctx, method, address.String())
}

func (b builder) askForToken(ctx context.Context, method, address string) (string, error) {
	request, err := runtime.NewRequest(ctx, method, address)
	if err != nil {
		return "", err
	}
	request.Raw().Header.Set("Accept", "application/json")
	request.Raw().Header.Set("Authorization", "Bearer "+b.settings.Get(OIDCRequestToken))
	response, err := runtime.NewPipeline("azureml", "v0.0.0", runtime.PipelineOptions{}, &b.options).Do(request)
	if err != nil {
		return "", fmt.Errorf("the OpenID Connect token could not be asked for: %w", err)
	}
	if !runtime.HasStatusCode(response, http.StatusOK) {
		return "", fmt.Errorf("the request for an OpenID Connect token was answered %s", response.Status)
	}
	body, err := runtime.Payload(response)
	if err != nil {
		return "", err
	}
	var answer struct {
		GitHub string `json:"value"`
		DevOps string `json:"oidcToken"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return "", errors.New("the request for an OpenID Connect token was answered with no JSON")
	}
	if answer.GitHub == "" && answer.DevOps == "" {
		return "", errors.New("the request for an OpenID Connect token was answered without one")
	}
	return answer.GitHub + answer.DevOps, nil
}
