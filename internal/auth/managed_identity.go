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
	// metadataAddress is the endpoint of the metadata service, the same on every virtual
	// machine. Requests to it never leave the physical host.
	metadataAddress = "http://169.254.169.254/metadata/identity/oauth2/token"
	// arcAddress is the endpoint of Azure Arc's agent where no variable names it, such as
	// in shells that started before the agent was installed.
	arcAddress = "http://127.0.0.1:40342/metadata/identity/oauth2/token"
	// endpointTime is how long to wait for an endpoint. Azure promises ten seconds; in
	// containers the endpoint may start after the program that needs it.
	endpointTime = 20 * time.Second
	// updateTime is how long an update of the metadata service may take. Meanwhile it
	// responds 410.
	updateTime = 70 * time.Second
	// endpointInterval is the interval between attempts to reach an endpoint.
	endpointInterval = time.Second
)

func (b builder) managedIdentity() (azcore.TokenCredential, error) {
	client, err := b.settings.valueOrFile(ClientID, ClientIDFilePath)
	if err != nil {
		return nil, err
	}
	// The endpoint of App Service or Container Apps has an API of its own, also if
	// msi_endpoint names it.
	ofPlatform := os.Getenv("IDENTITY_HEADER") != "" && b.settings.Get(MSIEndpoint) == os.Getenv("IDENTITY_ENDPOINT")
	if b.settings.Get(MSIEndpoint) != "" && !ofPlatform {
		return b.customEndpoint(client)
	}
	options := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: b.options}
	if client != "" {
		options.ID = azidentity.ClientID(client)
	}
	source, _ := managedidentity.GetSource() // azidentity calls it too, and returns its error
	if source == managedidentity.ServiceFabric {
		// Its client pins the endpoint's certificate, which needs net/http's own transport.
		options.Transport = bounds.Unbounded(options.Transport)
	}
	credential, err := azidentity.NewManagedIdentityCredential(options)
	if err != nil {
		return nil, err
	}
	if source == managedidentity.ServiceFabric {
		return credential, nil
	}
	return &awaited{TokenCredential: credential, address: endpointOf(source), options: b.options}, nil
}

// identityEndpoints are the variables in which Azure names an identity endpoint.
var identityEndpoints = []string{"IDENTITY_ENDPOINT", "MSI_ENDPOINT"}

// endpointOf returns the address that a source gets its tokens from.
func endpointOf(source managedidentity.Source) string {
	for _, variable := range identityEndpoints {
		if address := os.Getenv(variable); address != "" && source != managedidentity.DefaultToIMDS {
			return address
		}
	}
	if source == managedidentity.AzureArc {
		return arcAddress
	}
	return metadataAddress
}

// awaited is a managed identity whose endpoint may not be up yet, or may not exist.
// azidentity gives up too early on the former and retries for minutes on the latter.
type awaited struct {
	azcore.TokenCredential
	address   string
	options   policy.ClientOptions
	responded atomic.Bool
}

// GetToken implements [azcore.TokenCredential].
func (a *awaited) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if !a.responded.Load() {
		if err := a.await(ctx); err != nil {
			return azcore.AccessToken{}, err
		}
		a.responded.Store(true)
	}
	return a.TokenCredential.GetToken(policy.WithRetryOptions(ctx, endpointRetries()), options)
}

// endpointRetries retries requests that an endpoint refuses for now. azidentity's own
// retries go on for a minute and a half, even if something other than Azure responds 404.
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

// await probes the endpoint until it responds in any way.
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
		case <-time.After(endpointInterval):
		case <-bounded.Done():
			return a.absent(cmp.Or(heardIn(ctx).last(), err))
		}
	}
}

// probe sends a request without the header that the endpoint requires, so the endpoint
// refuses it. Any response shows that the endpoint is up.
func (a *awaited) probe(ctx context.Context) error {
	request, err := runtime.NewRequest(policy.WithRetryOptions(ctx, policy.RetryOptions{MaxRetries: -1}), http.MethodGet, a.address)
	if err != nil {
		return err
	}
	_, err = plainPipeline(a.options).Do(request) // the pipeline has read the body
	return err
}

func (a *awaited) absent(last error) error {
	silent := fmt.Errorf("the managed identity endpoint did not respond within %s: %w", endpointTime, last)
	switch a.address {
	case metadataAddress:
	case arcAddress:
		return advise(silent, "Check that Azure Arc's agent is running: azcmagent show.")
	default:
		return advise(silent, "Check that IDENTITY_ENDPOINT, or MSI_ENDPOINT, is the address that Azure set for this program.")
	}
	return advise(fmt.Errorf("this machine has no managed identity endpoint: the one of Azure's virtual machines did not respond within %s (%w), "+
		"and neither IDENTITY_ENDPOINT nor MSI_ENDPOINT names another", endpointTime, last),
		"Set use_msi only on machines that Azure runs, and use another credential elsewhere.")
}
