package provider

import (
	"context"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/bounds"
)

// NewClient builds the client that all resources share, with one credential, one cloud
// and one pool of connections. It is exported for `make verify-azure`, which signs in as
// the provider does.
func NewClient(ctx context.Context, settings auth.Settings, choice auth.Choice, userAgent string, options []func(*azureml.Options)) (*azureml.Client, error) {
	transport, err := settings.Transport()
	if err != nil {
		return nil, err
	}
	clientOptions := azureml.Options{
		Transport:        transport,
		APIVersion:       settings.Get(auth.ComputeAPIVersion),
		AuxiliaryTenants: settings.List(auth.AuxiliaryTenantIDs),
		UserAgent:        userAgent,
		CorrelationID:    correlationID(settings),
		SubscriptionID:   settings.Get(auth.SubscriptionID),
	}
	for _, option := range options {
		option(&clientOptions)
	}
	clientOptions.Cloud, err = settings.Cloud(ctx, choice.Method, bounds.Transport(clientOptions.Transport))
	if err != nil {
		return nil, err
	}
	credential, err := auth.NewCredential(settings, choice, policy.ClientOptions{
		Cloud: clientOptions.Cloud, Transport: bounds.Transport(clientOptions.Transport),
	})
	if err != nil {
		return nil, err
	}
	tflog.Info(ctx, "Requests will sign in with "+choice.String(), map[string]any{
		"correlation_id": clientOptions.CorrelationID,
		"skipped":        strings.Join(choice.Skipped, "; "),
	})
	if choice.Method == auth.ManagedIdentityMethod && len(clientOptions.AuxiliaryTenants) > 0 {
		// Not an error: azurerm ignores them too, and its settings must work here.
		tflog.Warn(ctx, "A managed identity gets tokens only of its own tenant: auxiliary_tenant_ids is ignored")
		clientOptions.AuxiliaryTenants = nil
	}
	return azureml.NewClient(credential, clientOptions)
}

// correlationID returns the correlation id of all requests of this plan or apply; empty
// for none.
func correlationID(settings auth.Settings) string {
	switch id := settings.Get(auth.CorrelationRequestID); {
	case settings.IsTrue(auth.DisableCorrelationRequestID):
		return ""
	case id != "":
		return id
	}
	return uuid.NewString()
}
