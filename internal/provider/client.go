package provider

import (
	"context"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// NewClient builds the one client of the process, on one credential, one cloud and
// one set of connections. It is exported for `make verify-azure`, which signs in as the
// provider does.
func NewClient(ctx context.Context, settings auth.Settings, userAgent string, options []func(*azureml.Options)) (*azureml.Client, error) {
	if err := settings.Check(); err != nil {
		return nil, err
	}
	cloud, err := settings.Cloud()
	if err != nil {
		return nil, err
	}
	transport, err := settings.Transport()
	if err != nil {
		return nil, err
	}
	clientOptions := azureml.Options{
		Cloud:            cloud,
		Transport:        transport,
		APIVersion:       settings.Get(auth.ComputeAPIVersion),
		AuxiliaryTenants: settings.List(auth.AuxiliaryTenantIDs),
		UserAgent:        userAgent,
		CorrelationID:    settings.Get(auth.CorrelationRequestID),
		SubscriptionID:   settings.Get(auth.SubscriptionID),
		Preflight:        !settings.IsFalse(auth.Preflight),
	}
	if clientOptions.CorrelationID == "" {
		clientOptions.CorrelationID = uuid.NewString()
	}
	for _, option := range options {
		option(&clientOptions)
	}
	credential, err := auth.NewCredential(settings, policy.ClientOptions{Cloud: clientOptions.Cloud, Transport: clientOptions.Transport})
	if err != nil {
		return nil, err
	}
	tflog.Info(ctx, "Requests will sign in with "+credential.Choice.String(), map[string]any{
		"correlation_id": clientOptions.CorrelationID,
	})
	if credential.Choice.Method == auth.ManagedIdentityMethod && len(clientOptions.AuxiliaryTenants) > 0 {
		// azurerm leaves them out too, and what signs in for it must sign in here.
		tflog.Warn(ctx, "A managed identity gets tokens of its own tenant alone: auxiliary_tenant_ids is left out")
		clientOptions.AuxiliaryTenants = nil
	}
	return azureml.NewClient(credential, clientOptions)
}
