package auth

import (
	"encoding/json"
	"errors"
	"fmt"
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
	return fmt.Sprintf("Signing in with %s failed:\n%s\n\n%s", e.Choice, e.cause(), e.advice())
}

func (e *SignInError) Unwrap() error { return e.Cause }

// NonRetriable tells azcore's pipeline that asking again will not help.
func (e *SignInError) NonRetriable() {}

// cause is Entra ID's own sentence where there is one: azidentity's message wraps it
// in the whole reply.
func (e *SignInError) cause() string {
	if e.Choice.Method == CLIMethod && strings.Contains(e.Cause.Error(), "not found on path") {
		return "Azure CLI is not installed: there is no az on PATH."
	}
	failed, ok := errors.AsType[*azidentity.AuthenticationFailedError](e.Cause)
	if !ok || failed.RawResponse == nil {
		return strings.TrimSpace(e.Cause.Error())
	}
	body, err := runtime.Payload(failed.RawResponse)
	if err != nil {
		return strings.TrimSpace(e.Cause.Error())
	}
	var entra struct {
		Code        string `json:"error"`
		Description string `json:"error_description"`
	}
	if json.Unmarshal(body, &entra) != nil || entra.Description == "" {
		return strings.TrimSpace(e.Cause.Error())
	}
	return strings.ReplaceAll(entra.Description, "\r\n", "\n")
}

func (e *SignInError) advice() string {
	others := "No other credential was tried. To use another one, say so in the provider block: client_secret, client_certificate_path, use_oidc, " +
		"use_aks_workload_identity, use_msi or use_cli, each with tenant_id and client_id where it needs them."
	switch e.Choice.Method {
	case CLIMethod:
		return "Sign in with \"az login\" and try again. " + others
	case ClientSecretMethod:
		return "Check tenant_id, client_id and client_secret, and that the secret has not expired. " + others
	case ClientCertificateMethod:
		return "Check tenant_id, client_id and the certificate, and that the application has it and it has not expired. " + others
	case OIDCMethod, AKSMethod:
		return "Check tenant_id and client_id, and that the application has a federated credential for this token's issuer and subject. " + others
	case ManagedIdentityMethod:
		return "Check that this machine has a managed identity and, if client_id is set, that it is one of its identities. " + others
	}
	return others
}
