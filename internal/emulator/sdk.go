package emulator

import (
	"net/http"
	"strings"
)

// discoveryPath is the path of a workspace's discoveryUrl.
const discoveryPath = "/discovery"

// ownAPIPrefix precedes the paths of Resource Manager at a workspace's own endpoint. The Python package writes to Resource Manager
// and reads here.
const ownAPIPrefix = "/rp/workspaces"

// serveDiscovery returns the addresses of the workspace's services to the Python package, which sends no token.
func (e *Emulator) serveDiscovery() *reply {
	services := map[string]string{}
	for _, name := range []string{"api", "experimentation", "history", "hyperdrive", "modelmanagement", "studio"} {
		services[name] = e.url
	}
	return document(http.StatusOK, services)
}

// serveOwnAPI replies to reads of computes as Resource Manager does.
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
