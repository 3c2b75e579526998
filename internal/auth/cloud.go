package auth

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
)

// Cloud is the cloud that the settings mean: one of Azure's by name, with each
// endpoint that is given in place of the cloud's own.
func (s Settings) Cloud() (cloud.Configuration, error) {
	known, err := named(s.Get(Environment))
	if err != nil {
		return cloud.Configuration{}, err
	}
	// The SDK's clouds are shared by the whole process: build another, change none.
	authority := known.ActiveDirectoryAuthorityHost
	manager := known.Services[cloud.ResourceManager]
	if host := s.Get(AuthorityHost); host != "" {
		if authority, err = address(host); err != nil {
			return cloud.Configuration{}, fmt.Errorf("%s (%s): %w", AuthorityHost, s.Source(AuthorityHost), err)
		}
	}
	if endpoint := s.Get(ResourceManagerEndpoint); endpoint != "" {
		if manager.Endpoint, err = address(endpoint); err != nil {
			return cloud.Configuration{}, fmt.Errorf("%s (%s): %w", ResourceManagerEndpoint, s.Source(ResourceManagerEndpoint), err)
		}
		// An own endpoint is its own audience, unless that is said too.
		manager.Audience = manager.Endpoint
	}
	if audience := s.Get(ResourceManagerAudience); audience != "" {
		manager.Audience = audience
	}
	return cloud.Configuration{
		ActiveDirectoryAuthorityHost: authority,
		Services:                     map[cloud.ServiceName]cloud.ServiceConfiguration{cloud.ResourceManager: manager},
	}, nil
}

func named(environment string) (cloud.Configuration, error) {
	switch strings.ToLower(environment) {
	case "", "public", "azurecloud", "azurepubliccloud":
		return cloud.AzurePublic, nil
	case "usgovernment", "azureusgovernment", "azureusgovernmentcloud":
		return cloud.AzureGovernment, nil
	case "china", "azurechinacloud":
		return cloud.AzureChina, nil
	}
	return cloud.Configuration{}, fmt.Errorf("environment %q is not known: use public, usgovernment or china, or describe another cloud in endpoint", environment)
}

// address accepts https only: credentials travel to it.
func address(text string) (string, error) {
	parsed, err := url.Parse(text)
	if err != nil || parsed.Scheme != "https" || parsed.Host == "" {
		return "", fmt.Errorf("%q is no https address", text)
	}
	return text, nil
}
