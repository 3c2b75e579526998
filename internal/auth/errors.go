package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// SignInError reports that the chosen credential gave no token.
type SignInError struct {
	Choice Choice
	Cause  error
}

// Error says which credential was used, why it failed, and how to choose another.
func (e *SignInError) Error() string {
	cause := e.cause()
	return fmt.Sprintf("Signing in with %s failed:\n%s\n\n%s\n\n%s", e.Choice, cause, e.advice(cause), otherWays)
}

func (e *SignInError) Unwrap() error { return e.Cause }

// NonRetriable tells azcore's pipeline that asking again will not help.
func (e *SignInError) NonRetriable() {}

const otherWays = "No other credential was tried. To use another one, say so in the provider block: client_secret, client_certificate_path, use_oidc, " +
	"use_aks_workload_identity, use_msi or use_cli, each with tenant_id and client_id where it needs them."

// wrapping is what azidentity puts around a sentence: its credential's name before it,
// the address of its handbook behind it.
var wrapping = regexp.MustCompile(`^\w+Credential: |\.? To troubleshoot, visit https://\S+$`)

// cause is the sentence of who refused, where there is one: azidentity's message wraps
// it in the whole reply.
func (e *SignInError) cause() string {
	if e.Choice.Method == CLIMethod && strings.Contains(e.Cause.Error(), "not found on path") {
		return "Azure CLI is not installed: there is no az on PATH."
	}
	sentence := strings.TrimSpace(wrapping.ReplaceAllString(strings.TrimSpace(e.Cause.Error()), ""))
	failed, ok := errors.AsType[*azidentity.AuthenticationFailedError](e.Cause)
	if !ok || failed.RawResponse == nil {
		return sentence
	}
	body, err := runtime.Payload(failed.RawResponse)
	if err != nil {
		return sentence
	}
	var refusal struct {
		Description string `json:"error_description"` // Entra ID's, and the metadata service's
		Message     string `json:"message"`           // App Service's
	}
	_ = json.Unmarshal(body, &refusal) // A page of a proxy says nothing here.
	if said := refusal.Description + refusal.Message; said != "" {
		return strings.ReplaceAll(said, "\r\n", "\n")
	}
	who := "The one asked for a token"
	if request := failed.RawResponse.Request; request != nil {
		who = request.URL.Host
	}
	return fmt.Sprintf("%s answered %s, and not in the way of Azure: is there a proxy on the way?", who, failed.RawResponse.Status)
}

// adviceByCode is what to do about those of Entra ID's refusals that say more than that
// the credential is wrong.
var adviceByCode = []struct{ code, advice string }{
	{"AADSTS7000215", "Check client_secret: it is the secret's value, not its id, and belongs to the application client_id."},
	{"AADSTS7000222", "The secret has expired. Make a new one for the application, and give its value as client_secret."},
	{"AADSTS90002", "Check tenant_id, and environment if the tenant is in another cloud than the public one."},
	{"AADSTS900023", "Check tenant_id: it is the tenant's id, or one of its domains."},
	{"AADSTS700016", "Check client_id and tenant_id: they name an application, and a tenant that it is in."},
	{"AADSTS700024", "The token is too old or too new. Have it made anew, close to its use, and check this machine's clock."},
	{"AADSTS70021", "Give the application a federated credential with exactly the issuer, the subject and the audience that the message names."},
	{"AADSTS500011", "Check resource_manager_audience and environment: the tenant does not know the audience."},
}

// advice is what the person who reads the error can do next.
func (e *SignInError) advice(cause string) string {
	for _, known := range adviceByCode {
		if strings.HasPrefix(cause, known.code) {
			return known.advice
		}
	}
	switch e.Choice.Method {
	case CLIMethod:
		if strings.Contains(cause, "not installed") {
			return "Install Azure CLI and sign in with \"az login\", or choose another credential."
		}
		return "Sign in with \"az login\" and try again."
	case ClientSecretMethod:
		return "Check tenant_id, client_id and client_secret, and that the secret has not expired."
	case ClientCertificateMethod:
		return "Check tenant_id, client_id and the certificate, and that the application has it and it has not expired."
	case OIDCMethod, AKSMethod:
		return "Check tenant_id and client_id, and that the application has a federated credential for this token's issuer and subject."
	case ManagedIdentityMethod:
		return "Check that this machine has a managed identity and, if client_id is set, that it is one of its identities."
	}
	return "Check the provider block."
}
