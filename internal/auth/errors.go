package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/safetext"
)

// SignInError reports that the chosen credential gave no token.
type SignInError struct {
	Choice Choice
	Cause  error
}

// Error says which credential was used, why it failed, and how to choose another.
func (e *SignInError) Error() string {
	cause := e.cause()
	paragraphs := []string{fmt.Sprintf("Signing in with %s failed:\n%s", e.Choice, cause), e.advice(cause), otherWays}
	return strings.Join(slices.DeleteFunc(paragraphs, func(text string) bool { return text == "" }), "\n\n")
}

func (e *SignInError) Unwrap() error { return e.Cause }

// NonRetriable tells azcore's pipeline that asking again will not help.
func (e *SignInError) NonRetriable() {}

const otherWays = "No other credential was tried. To use another one, say so in the provider block: client_secret, client_certificate_path, use_oidc, " +
	"use_aks_workload_identity, use_msi or use_cli, each with tenant_id and client_id where it needs them."

// azidentity puts its credential's name before a sentence, and the address of its
// handbook behind it.
var (
	nameBefore     = regexp.MustCompile(`^\w+Credential(\.GetToken\(\))?: `)
	handbookBehind = regexp.MustCompile(`\. To troubleshoot, visit https://\S+$`)
)

// cause is the sentence of who refused, where there is one: azidentity's message wraps
// it in the whole reply.
func (e *SignInError) cause() string {
	if e.Choice.Method == CLIMethod && strings.Contains(e.Cause.Error(), "not found on path") {
		return "Azure CLI is not installed: there is no az on PATH."
	}
	sentence := nameBefore.ReplaceAllString(strings.TrimSpace(e.Cause.Error()), "")
	sentence = handbookBehind.ReplaceAllString(sentence, ".")
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
		return safetext.Lines(said)
	}
	who := "Whoever was asked for a token"
	if request := failed.RawResponse.Request; request != nil {
		who = request.URL.Host
	}
	return fmt.Sprintf("%s answered %s, and not in the way of Azure: is there a proxy on the way?", who, failed.RawResponse.Status)
}

// knownAdvice is what to do about causes that say more than that the credential is
// wrong: Entra ID's codes, and this package's own words. Empty is for those that say it
// themselves. A code stands for all that begin with it, such as AADSTS70021 for
// AADSTS700213, but for those that are in front of it.
var knownAdvice = []struct{ words, advice string }{
	{"AADSTS7000215", "Check client_secret: it is the secret's value, not its id, and belongs to the application client_id."},
	{"AADSTS7000222", "The secret has expired. Make a new one for the application, and give its value as client_secret."},
	{"AADSTS900023", "Check tenant_id: it is the tenant's id, or one of its domains."},
	{"AADSTS90002", "Check tenant_id, and environment if the tenant is in another cloud than the public one."},
	{"AADSTS700016", "Check client_id and tenant_id: they name an application, and a tenant that it is in."},
	{"AADSTS700024", "The token is too old or too new. Have it made anew, close to its use, and check this machine's clock."},
	{"AADSTS70021", "Give the application a federated credential with exactly the issuer, the subject and the audience of the token."},
	{"AADSTS500011", "Check resource_manager_audience and environment: the tenant does not know the audience."},
	{"client certificate expired", "Make a new certificate, add it to the application, and give the new one here."},
	{"answered the request for an OpenID Connect token", "Check that this job may ask for one, and for Azure DevOps the id of the service connection. " + whereTokensComeFrom + "."},
	{"no managed identity endpoint", "Use use_msi where Azure runs the machine, and another credential elsewhere."},
	{"is there a proxy on the way", "Have the proxy let requests to that host through, or name it in NO_PROXY."},
	{"--claims-challenge", "Run that command and try again."},
	{"no such file", "Check the path. One that does not begin at the root is looked for in the folder that Terraform runs in."},
	{"Azure CLI is not installed", "Install Azure CLI and sign in with \"az login\", or choose another credential."},
	{"is missing: ", ""},
	{"there is no OpenID Connect token", ""},
	{"over https alone", ""},
	{"keep one of them", ""},
}

// advice is what the person who reads the error can do next.
func (e *SignInError) advice(cause string) string {
	for _, known := range knownAdvice {
		if strings.Contains(cause, known.words) {
			return known.advice
		}
	}
	switch e.Choice.Method {
	case CLIMethod:
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
