package emulator

import (
	"net/http"
	"strings"
)

// discoveryPath is where a workspace's discoveryUrl points.
const discoveryPath = "/discovery"

// ownAPIPrefix is where a workspace's own endpoint has the paths of Resource Manager. The Python package writes to Resource
// Manager, and reads here.
const ownAPIPrefix = "/rp/workspaces"

// serveDiscovery tells the Python package where the workspace's services are. It asks without signing in.
func (e *Emulator) serveDiscovery() *reply {
	services := map[string]string{}
	for _, name := range []string{"api", "experimentation", "history", "hyperdrive", "modelmanagement", "studio"} {
		services[name] = e.url
	}
	return document(http.StatusOK, services)
}

// serveOwnAPI answers reads of computes as Resource Manager would.
func (e *Emulator) serveOwnAPI(c *call) *reply {
	outer := c.path
	c.path, c.ownAPI = outer[len(ownAPIPrefix):], true
	kind := parseRoute(c.path).kind
	if kind != routeComputes && kind != routeCompute || c.method != http.MethodGet {
		return emptyReply(http.StatusNotFound)
	}
	return e.serveARM(c)
}

func isOwnAPI(path string) bool {
	return len(path) > len(ownAPIPrefix) && strings.EqualFold(path[:len(ownAPIPrefix)], ownAPIPrefix) && path[len(ownAPIPrefix)] == '/'
}

func isDiscovery(path string) bool {
	return strings.EqualFold(strings.TrimSuffix(path, "/"), discoveryPath)
}
