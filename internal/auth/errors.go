package auth

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// SignInError reports that the chosen credential did not get a token.
type SignInError struct {
	Choice Choice
	Cause  error
	// Last is the last failed request before a sign-in timed out; nil if there is none.
	Last error

	// auxiliary is the auxiliary tenant that the token is for; empty for the main one.
	auxiliary string
	// fixedToken is set if the token is given by value and cannot be renewed.
	fixedToken bool
	outOfTime  bool
}

// Error says which credential was used, why it failed, and how to choose another.
func (e *SignInError) Error() string {
	cause := "Signing in with " + e.Choice.String() + e.forTenant() + " failed:\n" + trimmed(e.Cause)
	if e.Last != nil {
		cause += "\nThe last error before that: " + trimmed(e.Last)
	}
	advice := e.advice()
	if e.auxiliary != "" {
		advice = strings.ReplaceAll(advice, string(TenantID), string(AuxiliaryTenantIDs))
	}
	paragraphs := []string{cause, e.skipped(), advice, otherMethods}
	return strings.Join(slices.DeleteFunc(paragraphs, func(text string) bool { return text == "" }), "\n\n")
}

func (e *SignInError) forTenant() string {
	if e.auxiliary == "" {
		return ""
	}
	return fmt.Sprintf(", to tenant %s of auxiliary_tenant_ids,", e.auxiliary)
}

func (e *SignInError) Unwrap() error { return e.Cause }

// NonRetriable tells azcore's pipeline not to retry.
func (e *SignInError) NonRetriable() {}

const otherMethods = "No other credential was tried. To use another one, set client_secret, client_certificate_path, use_oidc, " +
	"use_aks_workload_identity, use_msi or use_cli in the provider block, with tenant_id and client_id where the method needs them."

func (e *SignInError) skipped() string {
	if len(e.Choice.Skipped) == 0 {
		return ""
	}
	return "Skipped:\n- " + strings.Join(e.Choice.Skipped, "\n- ")
}

// azidentity puts the name of its credential before a message, and a link to its
// troubleshooting guide after it.
var (
	credentialName = regexp.MustCompile(`^\w+Credential(\.GetToken\(\))?: `)
	guideLink      = regexp.MustCompile(`\. To troubleshoot, visit https://\S+$`)
)

// trimmed returns the error's text without them.
func trimmed(err error) string {
	text := credentialName.ReplaceAllString(strings.TrimSpace(err.Error()), "")
	return guideLink.ReplaceAllString(text, ".")
}

// advised is an error with advice on what to do about it.
type advised struct {
	error
	advice string
}

func advise(err error, advice string) error { return &advised{err, advice} }

func (e *advised) Unwrap() error { return e.error }

// advice tells the user what to do next.
func (e *SignInError) advice() string {
	for _, err := range []error{e.Cause, e.Last} {
		if known, ok := errors.AsType[*advised](err); ok {
			return known.advice
		}
		if reply, ok := errors.AsType[*replyError](err); ok && reply.advice(e.fixedToken) != "" {
			return reply.advice(e.fixedToken)
		}
	}
	_, isInsecure := errors.AsType[*insecureError](e.Cause)
	_, isFile := errors.AsType[*fs.PathError](e.Cause)
	switch {
	case isInsecure:
		return "Use an https address."
	case errors.Is(e.Cause, fs.ErrPermission):
		return "Check the permissions of the file."
	case isFile:
		return "Check the path. Relative paths start at the folder that Terraform runs in."
	case e.outOfTime:
		return "Check this machine's network and any proxy (HTTPS_PROXY), and try again."
	}
	return cmp.Or(methodAdvice[e.Choice.Method], "Check the provider block.")
}

// methodAdvice applies to causes that say only that the credential is wrong.
var methodAdvice = map[Method]string{ //nolint:gosec // It contains names of settings, not secrets.
	ClientSecretMethod:      "Check tenant_id, client_id and client_secret, and that the secret has not expired.",
	ClientCertificateMethod: "Check tenant_id, client_id and the certificate, and that the application has it and it has not expired.",
	OIDCMethod:              federationAdvice,
	AKSMethod:               federationAdvice,
	CLIMethod:               "Run \"az account get-access-token\" to check that az works.",
	ManagedIdentityMethod:   "Check that this machine has a managed identity and, if client_id is set, that it is one of its identities.",
}

// addressAdvice is for an address without a host, such as a variable that a pipeline did not replace.
const addressAdvice = "Set it to a whole address, with its scheme and host."

const federationAdvice = "Check tenant_id and client_id, and that the application has a federated credential for this token's issuer and subject."
