package auth

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// federationAudience is the audience that Entra ID expects in a federated token.
const federationAudience = "api://AzureADTokenExchange"

// assertion returns a token of another identity provider. It is called for each request
// to Entra ID, because such tokens expire within minutes.
type assertion = func(context.Context) (string, error)

// federated signs in with a token of another identity provider: OpenID Connect, and AKS
// workload identity.
func (b builder) federated() (azcore.TokenCredential, error) {
	tenant, client, err := b.application()
	if err != nil {
		return nil, err
	}
	token, err := b.assertion()
	if err != nil {
		return nil, err
	}
	get := func(ctx context.Context) (string, error) {
		text, err := token(ctx)
		heardIn(ctx).note(err) // MSAL reduces it to text
		return text, err
	}
	return azidentity.NewClientAssertionCredential(tenant, client, get, &azidentity.ClientAssertionCredentialOptions{
		ClientOptions:              b.options,
		AdditionallyAllowedTenants: b.settings.List(AuxiliaryTenantIDs),
		DisableInstanceDiscovery:   b.settings.withoutDiscovery(),
	})
}

// lacksToken lists the inputs that are missing to get a token of another identity
// provider. As in azurerm, a token in the settings comes before one that is requested.
func (s Settings) lacksToken() []string {
	if token, err := s.valueOrFile(OIDCToken, OIDCTokenFilePath); token != "" || err != nil {
		return nil
	}
	address, token := s.Get(OIDCRequestURL) != "", s.Get(OIDCRequestToken) != ""
	switch {
	case address && !token:
		return []string{describe(OIDCRequestToken) + ". " + whereTokensComeFrom}
	case token && !address:
		return []string{describe(OIDCRequestURL) + ". " + whereTokensComeFrom}
	case s.Get(OIDCAzureServiceConnectionID) == "" && s.isDevOps():
		return []string{describe(OIDCAzureServiceConnectionID) + ": Azure DevOps issues tokens only for a service connection"}
	case address:
		return nil
	}
	if s.IsTrue(UseAKSWorkloadIdentity) {
		return []string{describe(OIDCTokenFilePath) + ". AKS sets AZURE_FEDERATED_TOKEN_FILE in pods that have the label azure.workload.identity/use"}
	}
	return []string{"a token: oidc_token, oidc_token_file_path, or oidc_request_url with oidc_request_token. " + whereTokensComeFrom}
}

// isDevOps reports whether oidc_request_url is Azure DevOps' rather than GitHub's.
func (s Settings) isDevOps() bool {
	parsed, err := url.Parse(s.Get(OIDCRequestURL))
	return s.values[OIDCRequestURL].from == "SYSTEM_OIDCREQUESTURI" || err == nil && strings.HasSuffix(parsed.Path, "/oidctoken")
}

//nolint:gosec // It contains no token.
const whereTokensComeFrom = "In GitHub Actions, set \"permissions: id-token: write\" for the job; in Azure DevOps, set \"env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)\" for the step"

// assertion returns the token from the settings, from its file, or from the issuer of
// this job's tokens.
func (b builder) assertion() (assertion, error) {
	token, err := b.settings.valueOrFile(OIDCToken, OIDCTokenFilePath)
	switch {
	case err != nil:
		return nil, err
	case token == "":
		return b.fromIssuer()
	case b.settings.first(OIDCToken, OIDCTokenFilePath) == OIDCTokenFilePath:
		// The file is read each time: its writer replaces the token before it expires.
		return func(context.Context) (string, error) { return b.settings.textFile(OIDCTokenFilePath) }, nil
	}
	return func(context.Context) (string, error) { return token, nil }, nil
}

// issuer issues tokens for this job: GitHub Actions, or Azure DevOps for one of its
// service connections.
type issuer struct {
	address, token string
	devOps         bool
	options        policy.ClientOptions
}

func (b builder) fromIssuer() (assertion, error) {
	source := b.settings.Source(OIDCRequestURL)
	parsed, err := url.Parse(b.settings.Get(OIDCRequestURL))
	if err != nil || parsed.Host == "" {
		return nil, advise(fmt.Errorf("%s is not a valid address", source), addressAdvice)
	}
	if err := checkSecure(parsed); err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	connection := b.settings.Get(OIDCAzureServiceConnectionID)
	needs := map[string]string{"audience": federationAudience}
	if connection != "" {
		needs = map[string]string{"api-version": "7.1", "serviceConnectionId": connection}
	}
	query := parsed.Query()
	for name, value := range needs {
		if query.Get(name) == "" { // keep one that is set: some clouds and servers need their own
			query.Set(name, value)
		}
	}
	parsed.RawQuery = query.Encode()
	return issuer{parsed.String(), b.settings.Get(OIDCRequestToken), connection != "", b.options}.request, nil
}

func (i issuer) request(ctx context.Context) (string, error) {
	method := http.MethodGet
	if i.devOps {
		method = http.MethodPost
	}
	request, err := runtime.NewRequest(ctx, method, i.address)
	if err != nil {
		return "", err
	}
	header := request.Raw().Header
	header.Set("Accept", "application/json")
	header.Set("Authorization", "Bearer "+i.token)
	if i.devOps {
		header.Set("Content-Type", "application/json")
		header.Set("X-TFS-FedAuthRedirect", "Suppress") // respond with an error, not a sign-in page
	}
	response, err := plainPipeline(i.options).Do(request)
	if err != nil {
		return "", cmp.Or(heardIn(ctx).last(), err)
	}
	body, err := runtime.Payload(response)
	if err != nil {
		return "", err
	}
	var reply struct {
		GitHub  string `json:"value"`
		DevOps  string `json:"oidcToken"`
		Message string `json:"message"`
	}
	unreadable := json.Unmarshal(body, &reply) != nil
	cause := ""
	switch token := cmp.Or(reply.GitHub, reply.DevOps); {
	case response.StatusCode != http.StatusOK:
		cause = ": " + response.Status
		if reply.Message != "" {
			cause += " " + reply.Message
		}
	case unreadable, token == "":
	default:
		return token, nil
	}
	advice := "Check that this job has permission to request one and, in Azure DevOps, the id of the service connection. " + whereTokensComeFrom + "."
	if isBusy(response) {
		advice = busyAdvice
	}
	return "", advise(fmt.Errorf("%s did not return an OpenID Connect token%s", request.Raw().URL.Host, cause), advice)
}
