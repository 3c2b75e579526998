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

// federationAudience is what Entra ID wants a federated token to be for.
const federationAudience = "api://AzureADTokenExchange"

// assertion gives a token of another identity provider. It is asked for whenever Entra
// ID wants one: such tokens live for minutes.
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
		if err != nil {
			heardIn(ctx).note(err) // MSAL makes a text of it
		}
		return text, err
	}
	return azidentity.NewClientAssertionCredential(tenant, client, get, &azidentity.ClientAssertionCredentialOptions{
		ClientOptions:              b.options,
		AdditionallyAllowedTenants: b.settings.List(AuxiliaryTenantIDs),
		DisableInstanceDiscovery:   b.settings.withoutDiscovery(),
	})
}

// lacksToken names what is missing for a token of another identity provider. Like
// azurerm, a token that is given comes before one that is to be asked for.
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
	case s.Get(OIDCAzureServiceConnectionID) == "" && s.asksDevOps():
		return []string{describe(OIDCAzureServiceConnectionID) + ": Azure DevOps gives tokens for a service connection only"}
	case address:
		return nil
	}
	if s.IsTrue(UseAKSWorkloadIdentity) {
		return []string{describe(OIDCTokenFilePath) + ". AKS sets AZURE_FEDERATED_TOKEN_FILE in a pod that is labelled azure.workload.identity/use"}
	}
	return []string{"a token: oidc_token, oidc_token_file_path, or oidc_request_url with oidc_request_token. " + whereTokensComeFrom}
}

// asksDevOps reports that the address for tokens is Azure DevOps', and not GitHub's.
func (s Settings) asksDevOps() bool {
	parsed, err := url.Parse(s.Get(OIDCRequestURL))
	return s.values[OIDCRequestURL].from == "SYSTEM_OIDCREQUESTURI" || err == nil && strings.HasSuffix(parsed.Path, "/oidctoken")
}

//nolint:gosec // It says where to find a token, and holds none.
const whereTokensComeFrom = "In GitHub Actions, \"permissions: id-token: write\" gives a job the address and the token to ask with; in Azure DevOps, \"env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)\" gives a step the token"

// assertion takes the token as it is given, from its file, or from the issuer of this
// job's tokens.
func (b builder) assertion() (assertion, error) {
	token, err := b.settings.valueOrFile(OIDCToken, OIDCTokenFilePath)
	switch {
	case err != nil:
		return nil, err
	case token == "":
		return b.fromIssuer()
	case b.settings.first(OIDCToken, OIDCTokenFilePath) == OIDCTokenFilePath:
		// Whatever wrote the file replaces it before it expires.
		return func(context.Context) (string, error) { return b.settings.textFile(OIDCTokenFilePath) }, nil
	}
	return func(context.Context) (string, error) { return token, nil }, nil
}

// issuer hands out tokens for this job: GitHub Actions, or Azure DevOps for one of its
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
		return nil, fmt.Errorf("%s is not a valid address", source)
	}
	if err := checkSecure(parsed); err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	connection := b.settings.Get(OIDCAzureServiceConnectionID)
	query := parsed.Query()
	switch {
	case connection != "":
		query.Set("api-version", "7.1")
		query.Set("serviceConnectionId", connection)
	case query.Get("audience") == "": // some clouds want another one
		query.Set("audience", federationAudience)
	}
	parsed.RawQuery = query.Encode()
	return issuer{parsed.String(), b.settings.Get(OIDCRequestToken), connection != "", b.options}.ask, nil
}

func (i issuer) ask(ctx context.Context) (string, error) {
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
		header.Set("X-TFS-FedAuthRedirect", "Suppress") // an error, not a page to sign in on
	}
	response, err := plainPipeline(i.options).Do(request)
	if err != nil {
		return "", cmp.Or(heardIn(ctx).last(), err)
	}
	body, err := runtime.Payload(response)
	if err != nil {
		return "", err
	}
	var answer struct {
		GitHub  string `json:"value"`
		DevOps  string `json:"oidcToken"`
		Message string `json:"message"`
	}
	unreadable := json.Unmarshal(body, &answer) != nil
	var what string
	switch token := cmp.Or(answer.GitHub, answer.DevOps); {
	case response.StatusCode != http.StatusOK:
		what = " with " + response.Status
		if answer.Message != "" {
			what += " " + answer.Message
		}
	case unreadable, token == "":
		what = " without one"
	default:
		return token, nil
	}
	return "", advise(fmt.Errorf("%s answered the request for an OpenID Connect token%s", request.Raw().URL.Host, what),
		"Check that this job may ask for one, and for Azure DevOps the id of the service connection. "+whereTokensComeFrom+".")
}

// plainPipeline sends requests of this package's own, with azcore's retries.
func plainPipeline(options policy.ClientOptions) runtime.Pipeline {
	return runtime.NewPipeline("azureml", "v0.0.0", runtime.PipelineOptions{}, &options)
}
