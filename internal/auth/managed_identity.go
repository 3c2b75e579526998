package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"os"
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
	// endpointTime is how long an endpoint can take to come up. Azure promises ten
	// seconds; in containers it may start after the program that needs it.
	endpointTime = 20 * time.Second
	// updateTime is how long the metadata service can be updated, which it says with 410.
	updateTime = 70 * time.Second
	// endpointPause is the pause before an endpoint that cannot be reached is tried again.
	endpointPause = time.Second
)

func (b builder) managedIdentity() (azcore.TokenCredential, error) {
	client, err := b.settings.valueOrFile(ClientID, ClientIDFilePath)
	if err != nil {
		return nil, err
	}
	if b.settings.Get(MSIEndpoint) != "" {
		return b.customEndpoint(client)
	}
	options := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: b.options}
	if client != "" {
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
	if sourceErr != nil || source == managedidentity.ServiceFabric {
		return credential, err
	}
	return &awaited{TokenCredential: credential, address: endpointOf(source), options: b.options}, nil
}

// endpointOf is where the tokens of a source come from.
func endpointOf(source managedidentity.Source) string {
	for _, variable := range []string{"IDENTITY_ENDPOINT", "MSI_ENDPOINT"} {
		if address := os.Getenv(variable); address != "" && source != managedidentity.DefaultToIMDS {
			return address
		}
	}
	return metadataAddress
}

// awaited is the managed identity of an endpoint that may not be up yet, or may not be
// there at all. azidentity gives up too early on the first, and tries for minutes on the
// second.
type awaited struct {
	azcore.TokenCredential
	address  string
	options  policy.ClientOptions
	answered atomic.Bool
}

// GetToken implements [azcore.TokenCredential].
func (a *awaited) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if !a.answered.Load() {
		if err := a.await(ctx); err != nil {
			return azcore.AccessToken{}, err
		}
		a.answered.Store(true)
	}
	return a.TokenCredential.GetToken(policy.WithRetryOptions(ctx, endpointRetries()), options)
}

// endpointRetries repeat a request that an endpoint refuses for now. azidentity's own go
// on for a minute and a half, also where something that is not Azure's answers 404.
func endpointRetries() policy.RetryOptions {
	start := time.Now()
	return policy.RetryOptions{
		MaxRetries: math.MaxInt32 - 1, RetryDelay: time.Second, MaxRetryDelay: 5 * time.Second, // ShouldRetry decides
		ShouldRetry: func(response *http.Response, err error) bool {
			within := endpointTime
			switch {
			case err != nil, response.StatusCode == http.StatusNotFound, response.StatusCode == http.StatusTooManyRequests, response.StatusCode >= 500:
			case response.StatusCode == http.StatusGone:
				within = updateTime
			default:
				return false
			}
			return time.Since(start) < within
		},
	}
}

// await asks until there is any answer, which shows that the endpoint is there.
func (a *awaited) await(ctx context.Context) error {
	bounded, cancel := context.WithTimeout(ctx, endpointTime)
	defer cancel()
	for {
		err := a.probe(bounded)
		if err == nil {
			return nil
		}
		if insecure, ok := errors.AsType[*insecureError](err); ok {
			return insecure
		}
		select {
		case <-time.After(endpointPause):
		case <-bounded.Done():
			return a.absent(cmp.Or(heardIn(ctx).last(), err))
		}
	}
}

// probe sends a request that the endpoint refuses: it lacks the header that a token
// needs. Any answer will do.
func (a *awaited) probe(ctx context.Context) error {
	request, err := runtime.NewRequest(policy.WithRetryOptions(ctx, policy.RetryOptions{MaxRetries: -1}), http.MethodGet, a.address)
	if err != nil {
		return err
	}
	response, err := plainPipeline(a.options).Do(request)
	if err == nil {
		runtime.Drain(response)
	}
	return err
}

func (a *awaited) absent(last error) error {
	if a.address != metadataAddress {
		return advise(fmt.Errorf("the managed identity endpoint did not answer within %s: %w", endpointTime, last),
			"Check that IDENTITY_ENDPOINT, or MSI_ENDPOINT, is the address that Azure gave this program.")
	}
	return advise(fmt.Errorf("this machine has no managed identity endpoint: the one of Azure's virtual machines did not answer within %s (%w), "+
		"and the environment names no other one in IDENTITY_ENDPOINT or MSI_ENDPOINT", endpointTime, last),
		"Use use_msi where Azure runs the machine, and another credential elsewhere.")
}
