package auth

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// signInTime bounds one sign-in. Without it, a host that accepts a connection and never
// responds would use up the resource's whole timeout.
const signInTime = 2 * time.Minute

// Credential signs in with the chosen method. Its errors are of type [*SignInError].
type Credential struct {
	Choice Choice

	inner azcore.TokenCredential
	fixed bool // the OpenID Connect token is set by value and cannot be renewed
}

// NewCredential builds the credential for the chosen method. It sends no request.
func NewCredential(settings Settings, choice Choice, options policy.ClientOptions) (*Credential, error) {
	options.PerRetryPolicies = append(options.PerRetryPolicies, listener{settings.Get(CACertificatePath)})
	if choice.Method != ManagedIdentityMethod && choice.Method != CLIMethod {
		settings = settings.forApplication()
	}
	// azidentity and MSAL would sign in to that region's host, in place of the configured one.
	for _, variable := range []string{"AZURE_REGIONAL_AUTHORITY_NAME", "MSAL_FORCE_REGION"} {
		if err := os.Unsetenv(variable); err != nil {
			return nil, err
		}
	}
	inner, err := builder{settings, options}.build(choice.Method)
	if err != nil {
		return nil, &SignInError{Choice: choice, Cause: err}
	}
	federated := choice.Method == OIDCMethod || choice.Method == AKSMethod
	return &Credential{choice, inner, federated && settings.first(OIDCToken, OIDCTokenFilePath) == OIDCToken}, nil
}

// GetToken implements [azcore.TokenCredential].
func (c *Credential) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	bounded, cancel := context.WithTimeout(ctx, signInTime)
	defer cancel()
	listening, heard := listen(bounded)
	token, err := c.inner.GetToken(listening, options)
	if err == nil {
		return token, nil
	}
	failure := &SignInError{Choice: c.Choice, Cause: err, auxiliary: options.TenantID, fixedToken: c.fixed}
	_, knows := errors.AsType[*advised](err)
	switch last := heard.last(); {
	case bounded.Err() != nil:
		failure.Cause, failure.Last, failure.outOfTime = outOfTime(ctx), last, true
	case !knows && last != nil:
		failure.Cause = last
	}
	return azcore.AccessToken{}, failure
}

// outOfTime returns the error of a sign-in that timed out or was canceled by its caller.
func outOfTime(caller context.Context) error {
	switch {
	case caller.Err() == nil:
		return fmt.Errorf("it did not complete within %s", signInTime)
	case errors.Is(caller.Err(), context.Canceled):
		return fmt.Errorf("it was interrupted: %w", caller.Err())
	}
	return fmt.Errorf("it timed out: %w", caller.Err())
}

// builder builds credentials from the settings.
type builder struct {
	settings Settings
	options  policy.ClientOptions
}

func (b builder) build(method Method) (azcore.TokenCredential, error) {
	switch method {
	case ClientCertificateMethod:
		return b.clientCertificate()
	case ClientSecretMethod:
		return b.clientSecret()
	case OIDCMethod, AKSMethod:
		return b.federated()
	case ManagedIdentityMethod:
		return b.managedIdentity()
	case CLIMethod:
		return b.cli()
	}
	return nil, fmt.Errorf("unknown sign-in method %q", method)
}

func (b builder) clientSecret() (azcore.TokenCredential, error) {
	tenant, client, err := b.application()
	if err != nil {
		return nil, err
	}
	secret, err := b.settings.valueOrFile(ClientSecret, ClientSecretFilePath)
	if err != nil {
		return nil, err
	}
	return azidentity.NewClientSecretCredential(tenant, client, secret, &azidentity.ClientSecretCredentialOptions{
		ClientOptions:              b.options,
		AdditionallyAllowedTenants: b.settings.List(AuxiliaryTenantIDs),
		DisableInstanceDiscovery:   b.settings.withoutDiscovery(),
	})
}

// application returns the ids of the application and of its tenant.
func (b builder) application() (tenant, client string, err error) {
	client, err = b.settings.valueOrFile(ClientID, ClientIDFilePath)
	return b.settings.Get(TenantID), client, err
}
