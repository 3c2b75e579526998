package auth

import (
	"cmp"
	"errors"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// SignInError reports that the chosen credential gave no token.
type SignInError struct {
	Choice Choice
	Cause  error
	// Last is what went wrong before a sign-in ran out of time; nil when nothing had.
	Last error

	// fixedToken is set when the token is given by value, and cannot be replaced.
	fixedToken bool
	outOfTime  bool
}

// Error says which credential was used, why it failed, and how to choose another.
func (e *SignInError) Error() string {
	cause := "Signing in with " + e.Choice.String() + " failed:\n" + sentence(e.Cause)
	if e.Last != nil {
		cause += "\nWhat went wrong before: " + sentence(e.Last)
	}
	paragraphs := []string{cause, e.passedOver(), e.advice(), otherWays}
	return strings.Join(slices.DeleteFunc(paragraphs, func(text string) bool { return text == "" }), "\n\n")
}

func (e *SignInError) Unwrap() error { return e.Cause }

// NonRetriable tells azcore's pipeline that trying again will not help.
func (e *SignInError) NonRetriable() {}

const otherWays = "No other credential was tried. To use another one, say so in the provider block: client_secret, client_certificate_path, use_oidc, " +
	"use_aks_workload_identity, use_msi or use_cli, each with tenant_id and client_id where it needs them."

func (e *SignInError) passedOver() string {
	if len(e.Choice.PassedOver) == 0 {
		return ""
	}
	return "Passed over:\n- " + strings.Join(e.Choice.PassedOver, "\n- ")
}

// azidentity puts its credential's name before a sentence, and the address of its
// handbook behind it.
var (
	nameBefore     = regexp.MustCompile(`^\w+Credential(\.GetToken\(\))?: `)
	handbookBehind = regexp.MustCompile(`\. To troubleshoot, visit https://\S+$`)
)

func sentence(err error) string {
	text := nameBefore.ReplaceAllString(strings.TrimSpace(err.Error()), "")
	return handbookBehind.ReplaceAllString(text, ".")
}

// advised is an error that knows what to do about it.
type advised struct {
	error
	advice string
}

func advise(err error, advice string) error { return &advised{err, advice} }

func (e *advised) Unwrap() error { return e.error }

// advice is what the person who reads the error can do next.
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
	switch {
	case isInsecure:
		return "Use an https address."
	case errors.Is(e.Cause, fs.ErrNotExist):
		return "Check the path. A relative one starts at the folder that Terraform runs in."
	case errors.Is(e.Cause, fs.ErrPermission):
		return "Check who may read the file."
	case e.outOfTime:
		return "Try again, and check this machine's network and any proxy (HTTPS_PROXY)."
	}
	return cmp.Or(methodAdvice[e.Choice.Method], "Check the provider block.")
}

// methodAdvice is for causes that say no more than that the credential is wrong.
var methodAdvice = map[Method]string{ //nolint:gosec // It names settings.
	ClientSecretMethod:      "Check tenant_id, client_id and client_secret, and that the secret has not expired.",
	ClientCertificateMethod: "Check tenant_id, client_id and the certificate, and that the application has it and it has not expired.",
	OIDCMethod:              federationAdvice,
	AKSMethod:               federationAdvice,
	ManagedIdentityMethod:   "Check that this machine has a managed identity and, if client_id is set, that it is one of its identities.",
}

const federationAdvice = "Check tenant_id and client_id, and that the application has a federated credential for this token's issuer and subject."
