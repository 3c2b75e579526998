package auth

import (
	"context"
	"encoding/json"
	"errors"
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

func (b builder) oidc() (azcore.TokenCredential, error) {
	return b.federated(b.oidcAssertion)
}

// workloadIdentity is OpenID Connect with the token that Kubernetes keeps in a file.
func (b builder) workloadIdentity() (azcore.TokenCredential, error) {
	return b.federated(func() (assertion, error) {
		if b.settings.Get(OIDCTokenFilePath) == "" {
			return nil, fmt.Errorf("%w. In a pod that is labelled azure.workload.identity/use, AKS sets AZURE_FEDERATED_TOKEN_FILE", missing(OIDCTokenFilePath))
		}
		return b.fromFile()
	})
}

func (b builder) federated(from func() (assertion, error)) (azcore.TokenCredential, error) {
	tenant, client, err := b.application()
	if err != nil {
		return nil, err
	}
	token, err := from()
	if err != nil {
		return nil, err
	}
	return azidentity.NewClientAssertionCredential(tenant, client, token, &azidentity.ClientAssertionCredentialOptions{
		ClientOptions:              b.options,
		AdditionallyAllowedTenants: b.settings.List(AuxiliaryTenantIDs),
		DisableInstanceDiscovery:   b.settings.IsTrue(DisableInstanceDiscovery),
	})
}

// oidcAssertion takes the token as it is given, from its file, or from who hands out
// such tokens.
func (b builder) oidcAssertion() (assertion, error) {
	order := []Name{OIDCToken, OIDCTokenFilePath, OIDCRequestURL, OIDCRequestToken, OIDCAzureServiceConnectionID}
	// AKS sets its variable in every pod, among them those that run another provider's
	// jobs: its file comes last.
	if b.settings.rank(OIDCTokenFilePath) == inOtherVariable {
		order = []Name{OIDCToken, OIDCRequestURL, OIDCRequestToken, OIDCAzureServiceConnectionID, OIDCTokenFilePath}
	}
	switch b.settings.first(order...) {
	case OIDCToken:
		token, err := b.valueOrFile(OIDCToken, OIDCTokenFilePath)
		return func(context.Context) (string, error) { return token, nil }, err
	case OIDCTokenFilePath:
		return b.fromFile()
	case "":
		return nil, errNoOIDCToken
	default:
		return b.fromIssuer()
	}
}

// fromFile reads the file anew each time: who wrote it replaces it before it expires.
// It is read once at the start, so that an absent one is known before anything is sent.
func (b builder) fromFile() (assertion, error) {
	_, err := b.textFile(OIDCTokenFilePath)
	return func(context.Context) (string, error) { return b.textFile(OIDCTokenFilePath) }, err
}

// issuer is who hands out tokens for this job: GitHub Actions, or Azure DevOps for one
// of its service connections.
type issuer struct {
	address, token string
	devOps         bool
	options        policy.ClientOptions
}

func (b builder) fromIssuer() (assertion, error) {
	for _, name := range []Name{OIDCRequestURL, OIDCRequestToken} {
		if b.settings.Get(name) == "" {
			return nil, fmt.Errorf("%w. %s", missing(name), whereTokensComeFrom)
		}
	}
	source := b.settings.Source(OIDCRequestURL)
	parsed, err := url.Parse(b.settings.Get(OIDCRequestURL))
	if err != nil || parsed.Host == "" {
		return nil, fmt.Errorf("%s is no address", source)
	}
	if err := checkSecure(parsed); err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	connection := b.settings.Get(OIDCAzureServiceConnectionID)
	if connection == "" && b.settings.block[OIDCRequestURL] == "" && b.settings.variables[OIDCRequestURL] == "SYSTEM_OIDCREQUESTURI" {
		return nil, fmt.Errorf("%w. Azure DevOps gives tokens for a service connection only", missing(OIDCAzureServiceConnectionID))
	}
	query := parsed.Query()
	if connection != "" {
		query.Set("api-version", "7.1")
		query.Set("serviceConnectionId", connection)
	} else {
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
		return "", fmt.Errorf("the OpenID Connect token could not be asked for: %w", withoutAddress(err))
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
	switch {
	case response.StatusCode != http.StatusOK:
		why := strings.TrimSpace(response.Status + " " + answer.Message)
		return "", fmt.Errorf("%s answered the request for an OpenID Connect token with %s", request.Raw().URL.Host, why)
	case unreadable, answer.GitHub == "" && answer.DevOps == "":
		return "", fmt.Errorf("%s answered the request for an OpenID Connect token without one", request.Raw().URL.Host)
	}
	return answer.GitHub + answer.DevOps, nil
}

//nolint:gosec // It says where to find a token, and holds none.
const whereTokensComeFrom = "In GitHub Actions, \"permissions: id-token: write\" gives a job the address and the token to ask with; in Azure DevOps, \"env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)\" gives a step the token"

var errNoOIDCToken = errors.New("there is no OpenID Connect token: give oidc_token, oidc_token_file_path, or oidc_request_url with oidc_request_token. " + whereTokensComeFrom)

// plainPipeline sends requests of this package's own, with azcore's retries.
func plainPipeline(options policy.ClientOptions) runtime.Pipeline {
	return runtime.NewPipeline("azureml", "v0.0.0", runtime.PipelineOptions{}, &options)
}

// withoutAddress leaves the address out of a transport's error: its query may be long,
// and says nothing that helps.
func withoutAddress(err error) error {
	if inURL, ok := errors.AsType[*url.Error](err); ok {
		return inURL.Err
	}
	return err
}
