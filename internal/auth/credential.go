package auth

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// Credential signs in with the chosen method. Its errors are [SignInError]s, except when
// the context has ended.
type Credential struct {
	Choice Choice

	inner azcore.TokenCredential
}

// NewCredential builds the one credential that the settings choose. It sends nothing.
func NewCredential(settings Settings, options policy.ClientOptions) (*Credential, error) {
	choice, err := settings.Choose()
	if err != nil {
		return nil, err
	}
	inner, err := builder{settings, options}.build(choice.Method)
	if err != nil {
		return nil, &SignInError{Choice: choice, Cause: err}
	}
	return &Credential{choice, inner}, nil
}

// GetToken implements [azcore.TokenCredential].
func (c *Credential) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := c.inner.GetToken(ctx, options)
	if err != nil && ctx.Err() == nil {
		err = &SignInError{Choice: c.Choice, Cause: err}
	}
	return token, err
}

// builder makes azidentity's credentials from the settings.
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
	case OIDCMethod:
		return b.oidc()
	case AKSMethod:
		return b.workloadIdentity()
	case ManagedIdentityMethod:
		return b.managedIdentity()
	case CLIMethod:
		return b.cli()
	}
	return nil, fmt.Errorf("there is no way to sign in called %q", method)
}

func (b builder) clientSecret() (azcore.TokenCredential, error) {
	tenant, client, err := b.application()
	if err != nil {
		return nil, err
	}
	secret, err := b.valueOrFile(ClientSecret, ClientSecretFilePath)
	if err != nil {
		return nil, err
	}
	return azidentity.NewClientSecretCredential(tenant, client, secret, &azidentity.ClientSecretCredentialOptions{
		ClientOptions:              b.options,
		AdditionallyAllowedTenants: b.settings.List(AuxiliaryTenantIDs),
		DisableInstanceDiscovery:   b.settings.IsTrue(DisableInstanceDiscovery),
	})
}

// application is the pair that names an application in its tenant.
func (b builder) application() (tenant, client string, err error) {
	tenant = b.settings.Get(TenantID)
	if tenant == "" {
		return "", "", missing(TenantID)
	}
	client, err = b.valueOrFile(ClientID, ClientIDFilePath)
	return tenant, client, err
}

// valueOrFile reads a setting that is given by itself or in a file.
func (b builder) valueOrFile(value, path Name) (string, error) {
	first := b.settings.first(value, path)
	if first == "" {
		return "", missing(value)
	}
	if first == path {
		return b.textFile(path)
	}
	text := b.settings.Get(value)
	if b.settings.together(value, path) {
		inFile, err := b.textFile(path)
		if err != nil {
			return "", err
		}
		if inFile != text {
			return "", fmt.Errorf("%s and %s do not say the same: keep one of them", b.settings.Source(value), b.settings.Source(path))
		}
	}
	return text, nil
}

// textFile is what a file says, without the mark and the line break that editors add.
func (b builder) textFile(path Name) (string, error) {
	content, err := b.file(path)
	if err != nil {
		return "", err
	}
	text := strings.TrimSpace(strings.TrimPrefix(string(content), "\ufeff"))
	if text == "" {
		return "", fmt.Errorf("%s: the file %s is empty", b.settings.Source(path), b.settings.Get(path))
	}
	return text, nil
}

func (b builder) file(path Name) ([]byte, error) {
	content, err := os.ReadFile(b.settings.Get(path))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.settings.Source(path), err)
	}
	return content, nil
}

func missing(name Name) error {
	return fmt.Errorf("%s is missing: set it in the provider block, or the environment variable %s", name, strings.Join(Variables[name], " or "))
}
