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
	known, ok := named(s.Get(Environment))
	if !ok {
		return cloud.Configuration{}, fmt.Errorf("%s is %q, which is no cloud: use public, usgovernment or china, or describe another cloud in endpoint",
			s.Source(Environment), s.Get(Environment))
	}
	var err error
	// The SDK's clouds are shared by the whole process: build another, change none.
	authority := known.ActiveDirectoryAuthorityHost
	manager := known.Services[cloud.ResourceManager]
	// AKS sets AZURE_AUTHORITY_HOST in every pod, to its own cloud's. It does not count
	// against a cloud that is asked for by name: a secret goes to that cloud alone.
	beaten := s.rank(AuthorityHost) == inOtherVariable && s.rank(Environment) < inOtherVariable
	if host := s.Get(AuthorityHost); host != "" && !beaten {
		if authority, err = address(host); err != nil {
			return cloud.Configuration{}, fmt.Errorf("%s: %w", s.Source(AuthorityHost), err)
		}
	}
	if endpoint := s.Get(ResourceManagerEndpoint); endpoint != "" {
		if manager.Endpoint, err = address(endpoint); err != nil {
			return cloud.Configuration{}, fmt.Errorf("%s: %w", s.Source(ResourceManagerEndpoint), err)
		}
		// An own endpoint is its own audience, unless that is said too. A path of it is
		// where a gateway keeps Resource Manager, and no part of its identity.
		manager.Audience = origin(manager.Endpoint)
	}
	if audience := s.Get(ResourceManagerAudience); audience != "" {
		manager.Audience = audience
	}
	return cloud.Configuration{
		ActiveDirectoryAuthorityHost: authority,
		Services:                     map[cloud.ServiceName]cloud.ServiceConfiguration{cloud.ResourceManager: manager},
	}, nil
}

func named(environment string) (cloud.Configuration, bool) {
	switch strings.ToLower(environment) {
	case "", "public", "azurecloud", "azurepubliccloud":
		return cloud.AzurePublic, true
	case "usgovernment", "azureusgovernment", "azureusgovernmentcloud":
		return cloud.AzureGovernment, true
	case "china", "azurechinacloud":
		return cloud.AzureChina, true
	}
	return cloud.Configuration{}, false
}

// address accepts https only: credentials travel to it. A slash at the end means
// nothing.
func address(text string) (string, error) {
	parsed, err := url.Parse(strings.TrimSpace(text))
	if err != nil || parsed.Scheme != "https" || parsed.Host == "" {
		return "", fmt.Errorf("%q is no https address", text)
	}
	if parsed.User != nil || parsed.RawQuery != "" || parsed.Fragment != "" {
		return "", fmt.Errorf("the address of %s has more than a host and a path", parsed.Host)
	}
	return strings.TrimRight(parsed.String(), "/"), nil
}

// origin is an address without its path.
func origin(address string) string {
	host, _, _ := strings.Cut(strings.TrimPrefix(address, "https://"), "/")
	return "https://" + host
}
