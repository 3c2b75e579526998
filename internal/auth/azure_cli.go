package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// cliTimeout bounds a call of az. It takes seconds to start on a slow machine; one that
// waits for a person would wait as long as the resource's own time lasts.
const cliTimeout = time.Minute

// cli signs in as Azure CLI is signed in. az takes a subscription or a tenant, not
// both: a subscription says the tenant as well, but not another one.
type cli struct {
	main, ofTenant azcore.TokenCredential
}

func (b builder) cli() (azcore.TokenCredential, error) {
	tenants := &azidentity.AzureCLICredentialOptions{
		TenantID:                   b.settings.Get(TenantID),
		AdditionallyAllowedTenants: b.settings.List(AuxiliaryTenantIDs),
	}
	ofTenant, err := azidentity.NewAzureCLICredential(tenants)
	if err != nil || b.settings.Get(SubscriptionID) == "" {
		return cli{ofTenant, ofTenant}, err
	}
	main, err := azidentity.NewAzureCLICredential(&azidentity.AzureCLICredentialOptions{Subscription: b.settings.Get(SubscriptionID)})
	return cli{main, ofTenant}, err
}

// GetToken implements [azcore.TokenCredential].
func (c cli) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	credential := c.main
	if options.TenantID != "" {
		credential = c.ofTenant
	}
	bounded, cancel := context.WithTimeout(ctx, cliTimeout)
	defer cancel()
	token, err := credential.GetToken(bounded, options)
	if err != nil && bounded.Err() != nil && ctx.Err() == nil {
		err = errors.New("az did not answer within " + cliTimeout.String())
	}
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		err = fmt.Errorf("az printed something that is no token (%w)", err)
	}
	return token, err
}
