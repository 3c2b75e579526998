package signin_test

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/hashicorp/go-azure-sdk/sdk/auth"
	"github.com/hashicorp/go-azure-sdk/sdk/environments"
)

// azurerm reads the settings for signing in from the provider block and the environment,
// as azurerm's provider does. An attribute that is set, even to "", hides its variables.
type azurerm struct {
	block   map[string]string
	problem error
}

func (a *azurerm) setting(attribute string, variables ...string) string {
	if text, ok := a.block[attribute]; ok {
		return text
	}
	for _, variable := range variables {
		if text := os.Getenv(variable); text != "" {
			return text
		}
	}
	return ""
}

func (a *azurerm) is(attribute, variable string, byDefault bool) bool {
	text := a.setting(attribute, variable)
	if text == "" {
		return byDefault
	}
	is, err := strconv.ParseBool(text)
	a.note(err)
	return is
}

func (a *azurerm) note(err error) {
	if a.problem == nil {
		a.problem = err
	}
}

// orFile returns a value, or the content of its file. If both are set but differ, that is
// an error.
func (a *azurerm) orFile(text, path string) string {
	text = strings.TrimSpace(text)
	if path == "" {
		return text
	}
	content, err := os.ReadFile(path)
	a.note(err)
	return a.same(text, strings.TrimSpace(string(content)))
}

func (a *azurerm) same(text, other string) string {
	switch {
	case other == "":
		return text
	case text != "" && text != other:
		a.note(errConflict)
	}
	return other
}

var errConflict = errors.New("a setting is given twice, with different values")

// credentials returns the credentials that the library chooses from.
func (a *azurerm) credentials(environment environments.Environment) *auth.Credentials {
	aks := a.is("use_aks_workload_identity", "ARM_USE_AKS_WORKLOAD_IDENTITY", false)
	oidc := a.is("use_oidc", "ARM_USE_OIDC", false) || aks
	certificate, err := base64.StdEncoding.DecodeString(a.setting("client_certificate", "ARM_CLIENT_CERTIFICATE"))
	a.note(err)
	tenant := strings.TrimSpace(a.setting("tenant_id", "ARM_TENANT_ID"))
	client := a.orFile(a.setting("client_id", "ARM_CLIENT_ID"), a.setting("client_id_file_path", "ARM_CLIENT_ID_FILE_PATH"))
	token := a.orFile(a.setting("oidc_token", "ARM_OIDC_TOKEN"), a.setting("oidc_token_file_path", "ARM_OIDC_TOKEN_FILE_PATH"))
	if aks {
		tenant = a.same(tenant, os.Getenv("AZURE_TENANT_ID"))
		client = a.same(client, os.Getenv("AZURE_CLIENT_ID"))
		token = a.orFile(token, os.Getenv("AZURE_FEDERATED_TOKEN_FILE"))
	}
	return &auth.Credentials{
		Environment: environment,
		TenantID:    tenant,
		ClientID:    client,

		EnableAuthenticatingUsingClientCertificate: true,
		ClientCertificateData:                      certificate,
		ClientCertificatePath:                      a.setting("client_certificate_path", "ARM_CLIENT_CERTIFICATE_PATH"),
		ClientCertificatePassword:                  a.setting("client_certificate_password", "ARM_CLIENT_CERTIFICATE_PASSWORD"),

		EnableAuthenticatingUsingClientSecret: true,
		ClientSecret:                          a.orFile(a.setting("client_secret", "ARM_CLIENT_SECRET"), a.setting("client_secret_file_path", "ARM_CLIENT_SECRET_FILE_PATH")),

		EnableAuthenticationUsingOIDC:            oidc,
		EnableAuthenticationUsingGitHubOIDC:      oidc,
		EnableAuthenticationUsingADOPipelineOIDC: oidc,
		OIDCAssertionToken:                       token,
		OIDCTokenRequestURL:                      a.setting("oidc_request_url", "ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL", "SYSTEM_OIDCREQUESTURI"),
		OIDCTokenRequestToken:                    a.setting("oidc_request_token", "ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SYSTEM_ACCESSTOKEN"),
		ADOPipelineServiceConnectionID:           a.setting("ado_pipeline_service_connection_id", "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID"),

		EnableAuthenticatingUsingManagedIdentity: a.is("use_msi", "ARM_USE_MSI", false),
		CustomManagedIdentityEndpoint:            a.setting("msi_endpoint", "ARM_MSI_ENDPOINT"),
		CustomManagedIdentityAPIVersion:          a.setting("msi_api_version", "ARM_MSI_API_VERSION"),

		EnableAuthenticatingUsingAzureCLI: a.is("use_cli", "ARM_USE_CLI", true),
		AzureCliSubscriptionIDHint:        a.setting("subscription_id", "ARM_SUBSCRIPTION_ID"),
	}
}

// signInAsAzurerm gets a token for Resource Manager with azurerm's own library.
func signInAsAzurerm(ctx context.Context, block map[string]string, address string) error {
	environment := environments.AzurePublic()
	environment.Authorization.LoginEndpoint = address
	environment.ResourceManager = environments.ResourceManagerAPI(address)
	provider := azurerm{block: block}
	credentials := provider.credentials(*environment)
	if provider.problem != nil {
		return provider.problem
	}
	authorizer, err := auth.NewAuthorizerFromCredentials(ctx, *credentials, environment.ResourceManager)
	if err != nil {
		return err
	}
	_, err = authorizer.Token(ctx, &http.Request{})
	return err
}
