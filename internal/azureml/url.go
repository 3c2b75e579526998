package azureml

import (
	"net/url"
	"strings"
)

// resourceURL is the URL of a path below the Resource Manager endpoint, which may have a
// path of its own or end in a slash.
func (c *Client) resourceURL(path string, query ...string) string {
	return c.resourceURLAt(c.apiVersion, path, query...)
}

// resourceURLAt is a URL of another resource provider, which has its own api-versions.
func (c *Client) resourceURLAt(apiVersion, path string, query ...string) string {
	address := strings.TrimSuffix(c.endpoint.String(), "/") + path + "?api-version=" + url.QueryEscape(apiVersion)
	for _, parameter := range query {
		address += "&" + parameter
	}
	return address
}

// trusts reports whether the bearer token may be sent to a URL: only to the configured
// Resource Manager, and where that is below a path of its host, only below that path.
func (c *Client) trusts(address string) bool {
	parsed, err := url.Parse(address)
	return err == nil && parsed.Scheme == c.endpoint.Scheme && strings.EqualFold(parsed.Hostname(), c.endpoint.Hostname()) &&
		portOf(parsed) == portOf(c.endpoint) && below(parsed.Path, c.endpoint.Path)
}

// below reports that a path is a folder or is inside it. Paths with dot segments are
// refused, because gateways differ in how they resolve them.
func below(address, folder string) bool {
	folder = strings.TrimSuffix(folder, "/") + "/"
	return strings.HasPrefix(address+"/", folder) && !strings.Contains(address, `\`) && !strings.Contains(address+"/", "/../") &&
		!strings.Contains(address+"/", "/./")
}

// portOf is the port of an https URL. Some URLs of the service name the default port.
func portOf(address *url.URL) string {
	if port := address.Port(); port != "" {
		return port
	}
	return "443"
}

func hostAndPathOf(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return "an invalid URL"
	}
	return parsed.Host + parsed.Path
}

func pathOf(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return "an invalid URL"
	}
	return parsed.Path
}
