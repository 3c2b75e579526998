package auth

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// Credential signs in with the chosen method. Its errors are [SignInError]s.
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

func (b builder) clientCertificate() (azcore.TokenCredential, error) {
	tenant, client, err := b.application()
	if err != nil {
		return nil, err
	}
	data, err := b.certificateData()
	if err != nil {
		return nil, err
	}
	certificates, key, err := azidentity.ParseCertificates(data, []byte(b.settings.Get(ClientCertificatePassword)))
	if err != nil {
		return nil, fmt.Errorf("the client certificate cannot be read: %w", err)
	}
	return azidentity.NewClientCertificateCredential(tenant, client, certificates, key, &azidentity.ClientCertificateCredentialOptions{
		ClientOptions:              b.options,
		AdditionallyAllowedTenants: b.settings.List(AuxiliaryTenantIDs),
		DisableInstanceDiscovery:   b.settings.IsTrue(DisableInstanceDiscovery),
		SendCertificateChain:       true,
	})
}

func (b builder) certificateData() ([]byte, error) {
	if encoded := b.settings.Get(ClientCertificate); encoded != "" {
		data, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			return nil, fmt.Errorf("%s is not base64", b.settings.Source(ClientCertificate))
		}
		return data, nil
	}
	return b.file(ClientCertificatePath)
}

func (b builder) workloadIdentity() (azcore.TokenCredential, error) {
	tenant, client, err := b.application()
	if err != nil {
		return nil, err
	}
	path := b.settings.Get(OIDCTokenFilePath)
	if path == "" {
		return nil, missing(OIDCTokenFilePath)
	}
	return azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
		ClientOptions:              b.options,
		AdditionallyAllowedTenants: b.settings.List(AuxiliaryTenantIDs),
		DisableInstanceDiscovery:   b.settings.IsTrue(DisableInstanceDiscovery),
		TenantID:                   tenant, ClientID: client, TokenFilePath: path,
	})
}

func (b builder) managedIdentity() (azcore.TokenCredential, error) {
	options := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: b.options}
	client, err := b.valueOrFile(ClientID, ClientIDFilePath)
	if err == nil {
		options.ID = azidentity.ClientID(client)
	}
	return azidentity.NewManagedIdentityCredential(options)
}

func (b builder) cli() (azcore.TokenCredential, error) {
	options := &azidentity.AzureCLICredentialOptions{
		AdditionallyAllowedTenants: b.settings.List(AuxiliaryTenantIDs),
		Subscription:               b.settings.Get(SubscriptionID),
	}
	// az takes only one of the two, and the subscription says the tenant as well.
	if options.Subscription == "" {
		options.TenantID = b.settings.Get(TenantID)
	}
	return azidentity.NewAzureCLICredential(options)
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
	if text := b.settings.Get(value); text != "" {
		return text, nil
	}
	if b.settings.Get(path) == "" {
		return "", missing(value)
	}
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

var errNoOIDCToken = errors.New("there is no OpenID Connect token: give oidc_token, oidc_token_file_path, or oidc_request_url with oidc_request_token")
