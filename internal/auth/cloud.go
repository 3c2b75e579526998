package auth

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// Cloud returns the cloud that a method signs in to: one of Azure's by name, or the one
// that metadata_host describes. Endpoints in the settings replace the cloud's own. It
// sends a request, without a credential, only if metadata_host is set.
func (s Settings) Cloud(ctx context.Context, method Method, transport policy.Transporter) (cloud.Configuration, error) {
	if method == AKSMethod {
		s = s.inPod()
	}
	known, err := s.base(ctx, transport)
	if err != nil {
		return cloud.Configuration{}, err
	}
	// The SDK's clouds are shared by the whole process: copy, never modify.
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
		// The audience of a custom endpoint is the endpoint itself, unless it is set too: a
		// token for the cloud's audience would let the endpoint act on the cloud. Its path,
		// such as a gateway's prefix, is not part of the audience.
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

// base returns the cloud before any endpoint is replaced.
func (s Settings) base(ctx context.Context, transport policy.Transporter) (cloud.Configuration, error) {
	if s.Get(MetadataHost) != "" {
		return s.fromMetadata(ctx, transport)
	}
	name := s.Get(Environment)
	if err := CheckEnvironment(name); err != nil {
		return cloud.Configuration{}, fmt.Errorf("%s: %w", s.Source(Environment), err)
	}
	if strings.EqualFold(name, custom) {
		return cloud.Configuration{}, s.checkCustom()
	}
	return clouds[strings.ToLower(name)], nil
}

// CheckEnvironment returns an error for a value of environment that names no cloud. An
// empty one is the default.
func CheckEnvironment(name string) error {
	known := strings.ToLower(Lookup(Environment).trim(name))
	if _, ok := clouds[known]; !ok && known != custom {
		return fmt.Errorf("%q is not a known cloud: use public, usgovernment or china, or set endpoint for another cloud", name)
	}
	return nil
}

// clouds maps the names that azurerm, azapi and Azure CLI use to Azure's clouds. Names
// that share a cloud differ only in their Microsoft Graph endpoint.
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

// custom is azapi's name for a cloud that is described by endpoint alone.
const custom = "custom"

func (s Settings) checkCustom() error {
	for _, name := range []Name{AuthorityHost, ResourceManagerEndpoint, ResourceManagerAudience} {
		if s.Get(name) == "" {
			return fmt.Errorf("%s is %q, but %s is missing: set endpoint.%s, or %s", s.Source(Environment), s.Get(Environment), name, name, Lookup(name).Variables[0])
		}
	}
	return nil
}

// withoutDiscovery reports whether to skip instance discovery, which checks with Entra ID
// that it knows the authority. A metadata host is trusted to name its own authority.
func (s Settings) withoutDiscovery() bool {
	return s.IsTrue(DisableInstanceDiscovery) || s.Get(MetadataHost) != "" && !s.IsFalse(DisableInstanceDiscovery)
}

// parseHTTPS validates an https address, since credentials are sent to it, and trims
// trailing slashes.
func parseHTTPS(text string) (string, error) {
	parsed, err := url.Parse(text)
	switch {
	case err != nil, parsed.Host == "" && strings.Contains(text, "@"):
		return "", errors.New("it is not a valid https address") // it may hold a password: do not quote it
	case parsed.User != nil || parsed.RawQuery != "" || parsed.Fragment != "":
		return "", fmt.Errorf("the address of %s has more than a host and a path", parsed.Host)
	case parsed.Scheme != "https" || parsed.Host == "":
		return "", fmt.Errorf("%q is not a valid https address", text)
	}
	return strings.TrimRight(parsed.String(), "/"), nil
}

// origin returns an address without its path.
func origin(address string) string {
	host, _, _ := strings.Cut(strings.TrimPrefix(address, "https://"), "/")
	return "https://" + host
}
