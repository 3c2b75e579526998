package auth

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// Cloud is the cloud that the settings mean for a method: one of Azure's by name, or the
// one that metadata_host describes, with each endpoint that is given in place of the
// cloud's own. Only for metadata_host it sends a request, without a credential.
func (s Settings) Cloud(ctx context.Context, method Method, transport policy.Transporter) (cloud.Configuration, error) {
	if method == AKSMethod {
		s = s.inPod()
	}
	known, err := s.base(ctx, transport)
	if err != nil {
		return cloud.Configuration{}, err
	}
	// The SDK's clouds are shared by the whole process: build another, change none.
	authority := known.ActiveDirectoryAuthorityHost
	manager := known.Services[cloud.ResourceManager]
	if host := s.Get(AuthorityHost); host != "" {
		if authority, err = parseHTTPS(host); err != nil {
			return cloud.Configuration{}, fmt.Errorf("%s: %w", s.Source(AuthorityHost), err)
		}
	}
	if endpoint := s.Get(ResourceManagerEndpoint); endpoint != "" {
		if manager.Endpoint, err = parseHTTPS(endpoint); err != nil {
			return cloud.Configuration{}, fmt.Errorf("%s: %w", s.Source(ResourceManagerEndpoint), err)
		}
		// An own endpoint is its own audience, unless that is said too: a token for the
		// cloud's audience would open the cloud to that endpoint. A path of it is where a
		// gateway keeps Resource Manager, and no part of its identity.
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

// base is the cloud before any endpoint is replaced.
func (s Settings) base(ctx context.Context, transport policy.Transporter) (cloud.Configuration, error) {
	if s.Get(MetadataHost) != "" {
		return s.fromMetadata(ctx, transport)
	}
	name := strings.ToLower(s.Get(Environment))
	if name == custom {
		return cloud.Configuration{}, s.checkCustom()
	}
	known, ok := clouds[name]
	if !ok {
		return cloud.Configuration{}, fmt.Errorf("%s is %q, which is not a known cloud: use public, usgovernment or china, or describe another cloud in endpoint",
			s.Source(Environment), s.Get(Environment))
	}
	return known, nil
}

// clouds are Azure's, by the names that azurerm, azapi and Azure CLI give them. Those that
// share a cloud differ in Microsoft Graph alone.
var clouds = map[string]cloud.Configuration{
	"":                       cloud.AzurePublic,
	"public":                 cloud.AzurePublic,
	"global":                 cloud.AzurePublic,
	"canary":                 cloud.AzurePublic,
	"azurecloud":             cloud.AzurePublic,
	"azurepubliccloud":       cloud.AzurePublic,
	"usgovernment":           cloud.AzureGovernment,
	"usgovernmentl4":         cloud.AzureGovernment,
	"usgovernmentl5":         cloud.AzureGovernment,
	"dod":                    cloud.AzureGovernment,
	"azureusgovernment":      cloud.AzureGovernment,
	"azureusgovernmentcloud": cloud.AzureGovernment,
	"china":                  cloud.AzureChina,
	"azurechinacloud":        cloud.AzureChina,
}

// custom is azapi's name for a cloud that endpoint describes whole.
const custom = "custom"

// EnvironmentNames are the values of environment, in order.
func EnvironmentNames() []string {
	names := slices.Sorted(maps.Keys(clouds))
	names[0] = custom // in place of the empty one
	return names
}

func (s Settings) checkCustom() error {
	for _, name := range []Name{AuthorityHost, ResourceManagerEndpoint, ResourceManagerAudience} {
		if s.Get(name) == "" {
			return fmt.Errorf("%s is %q, but %s is missing: set endpoint.%s, or %s", s.Source(Environment), s.Get(Environment), name, name, Lookup(name).Variables[0])
		}
	}
	return nil
}

// withoutDiscovery reports that Entra ID is not asked whether the authority is one of
// its own: a metadata host vouches for its cloud's.
func (s Settings) withoutDiscovery() bool {
	return s.IsTrue(DisableInstanceDiscovery) || s.Get(MetadataHost) != "" && !s.IsFalse(DisableInstanceDiscovery)
}

// parseHTTPS accepts https only: credentials travel to it. A slash at the end means
// nothing.
func parseHTTPS(text string) (string, error) {
	parsed, err := url.Parse(text)
	switch {
	case err != nil:
		return "", errors.New("it is not a valid https address") // what was said may hold a password
	case parsed.User != nil || parsed.RawQuery != "" || parsed.Fragment != "":
		return "", fmt.Errorf("the address of %s has more than a host and a path", parsed.Host)
	case parsed.Scheme != "https" || parsed.Host == "":
		return "", fmt.Errorf("%q is not a valid https address", text)
	}
	return strings.TrimRight(parsed.String(), "/"), nil
}

// origin is an address without its path.
func origin(address string) string {
	host, _, _ := strings.Cut(strings.TrimPrefix(address, "https://"), "/")
	return "https://" + host
}
