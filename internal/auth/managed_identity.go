package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/managedidentity"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/bounds"
)

const (
	// metadataAddress is where a virtual machine asks for tokens of its identity: the
	// same one on all of them, and never beyond the machine's host.
	metadataAddress = "http://169.254.169.254/metadata/identity/oauth2/token"
	// metadataTimeout is how long a machine that has the service can take to show it.
	metadataTimeout = 3 * time.Second
)

func (b builder) managedIdentity() (azcore.TokenCredential, error) {
	options := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: b.options}
	if b.settings.first(ClientID, ClientIDFilePath) != "" {
		client, err := b.valueOrFile(ClientID, ClientIDFilePath)
		if err != nil {
			return nil, err
		}
		options.ID = azidentity.ClientID(client)
	}
	source, sourceErr := managedidentity.GetSource()
	if source == managedidentity.ServiceFabric {
		// It pins the certificate of its endpoint, and takes no transport but net/http's own.
		options.Transport = bounds.Unbounded(options.Transport)
	}
	credential, err := azidentity.NewManagedIdentityCredential(options)
	if err != nil {
		return nil, err
	}
	if sourceErr != nil || source != managedidentity.DefaultToIMDS {
		return credential, err
	}
	return &machineIdentity{ManagedIdentityCredential: credential, options: b.options}, nil
}

// machineIdentity is the managed identity of a virtual machine. On any other machine
// nothing answers at the metadata service's address, and azidentity would try for
// minutes; so it is asked once, and briefly, whether it is there.
type machineIdentity struct {
	*azidentity.ManagedIdentityCredential
	options  policy.ClientOptions
	answered atomic.Bool
}

// GetToken implements [azcore.TokenCredential].
func (m *machineIdentity) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if !m.answered.Load() {
		if err := m.probe(ctx); err != nil {
			return azcore.AccessToken{}, err
		}
		m.answered.Store(true)
	}
	return m.ManagedIdentityCredential.GetToken(ctx, options)
}

// probe sends a request that the service refuses: it lacks the header that a token
// needs. Any answer shows that the service is there.
func (m *machineIdentity) probe(ctx context.Context) error {
	bounded, cancel := context.WithTimeout(policy.WithRetryOptions(ctx, policy.RetryOptions{MaxRetries: -1}), metadataTimeout)
	defer cancel()
	request, err := runtime.NewRequest(bounded, http.MethodGet, metadataAddress)
	if err != nil {
		return err
	}
	response, err := plainPipeline(m.options).Do(request)
	if err == nil {
		runtime.Drain(response)
		return nil
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("no answer within %s", metadataTimeout)
	}
	return fmt.Errorf("this machine has no managed identity endpoint: http://169.254.169.254 is the one of Azure's virtual machines (%w), "+
		"and the environment names no other one in IDENTITY_ENDPOINT or MSI_ENDPOINT", withoutAddress(err))
}
