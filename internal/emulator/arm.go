package emulator

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// call is a request while the service handles it.
type call struct {
	method     string
	path       string
	query      url.Values
	header     http.Header
	body       []byte
	now        time.Time
	route      route
	apiVersion string
	principal  string // the client id in its token
	region     string // of its workspace, for headers
	ownAPI     bool   // it was sent to the workspace's own endpoint instead of Resource Manager
}

// serveARM replies as Resource Manager does, which checks the token, the address and the api-version, in that order, before
// the resource provider gets the request. The lock must be held.
func (e *Emulator) serveARM(c *call) *reply {
	r := e.handleARM(c)
	if !r.recorded {
		e.addCommonHeaders(c, r)
	}
	return r
}

func (e *Emulator) handleARM(c *call) *reply {
	if refusal := e.authenticate(c); refusal != nil {
		return refusal
	}
	if recorded := e.config.replay.replyTo(c, e.url); recorded != nil {
		return recorded
	}
	c.route = parseRoute(c.path)
	rt := &c.route
	if rt.kind == routeUnknown {
		return e.unknownRoute(c)
	}
	if refusal := e.throttle(c); refusal != nil {
		return refusal
	}
	if refusal := checkAPIVersion(c); refusal != nil {
		return refusal
	}
	if !e.hasSubscription(rt.id.subscription) {
		return gatewayError(http.StatusNotFound, "SubscriptionNotFound",
			fmt.Sprintf("The subscription '%s' could not be found.", rt.id.subscription))
	}
	if rt.id.group != "" && !e.hasGroup(rt.id.subscription, rt.id.group) {
		return gatewayError(http.StatusNotFound, "ResourceGroupNotFound",
			fmt.Sprintf("Resource group '%s' could not be found.", rt.id.group))
	}
	if rt.kind != routeCompute && c.method != http.MethodGet {
		return methodNotAllowed(c, http.MethodGet)
	}
	switch rt.kind {
	case routeOperation:
		return e.getOperationStatus(c)
	case routeBatchAccount:
		return e.serveBatchAccount(c)
	case routeWorkspaces:
		return e.serveWorkspaces(c)
	case routeWorkspace:
		return e.serveWorkspace(c)
	default:
		return e.serveComputes(c)
	}
}

func (e *Emulator) serveWorkspace(c *call) *reply {
	ws := find(e.world.Workspaces, c.route.id.String())
	if ws == nil {
		return resourceNotFound(c.route.id)
	}
	c.region = normalLocation(ws.Location)
	return document(http.StatusOK, e.showWorkspace(ws))
}

func (e *Emulator) serveBatchAccount(c *call) *reply {
	account := find(e.world.BatchAccounts, c.route.id.String())
	if account == nil {
		return resourceNotFound(c.route.id)
	}
	c.region = normalLocation(account.Location)
	name := lastSegment(account.ID)
	return document(http.StatusOK, map[string]any{
		"id":       account.ID,
		"name":     name,
		"type":     "Microsoft.Batch/batchAccounts",
		"location": account.Location,
		"tags":     map[string]string{},
		"properties": map[string]any{
			"accountEndpoint":    name + "." + c.region + ".batch.azure.com",
			"poolAllocationMode": "BatchService",
			"provisioningState":  "Succeeded",
		},
	})
}

func resourceNotFound(id resourceID) *reply {
	return gatewayError(http.StatusNotFound, "ResourceNotFound", fmt.Sprintf(
		"The Resource '%s/%s/%s' under resource group '%s' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
		id.provider, id.kind, id.name, id.group))
}

func methodNotAllowed(c *call, allowed ...string) *reply {
	r := gatewayError(http.StatusMethodNotAllowed, "MethodNotAllowed",
		fmt.Sprintf("The requested resource does not support http method '%s'.", c.method))
	r.header.Set("Allow", strings.Join(allowed, ", "))
	return r
}

// unknownRoute replies as Resource Manager does to a path without a registered resource provider.
func (e *Emulator) unknownRoute(c *call) *reply {
	namespace, kind := c.route.id.provider, c.route.id.kind
	switch {
	case namespace == "":
		return gatewayError(http.StatusNotFound, "NotFound", fmt.Sprintf("The requested path '%s' was not found.", c.path))
	case !strings.EqualFold(namespace, machineLearning) && !strings.EqualFold(namespace, batch):
		return gatewayError(http.StatusNotFound, "InvalidResourceNamespace",
			fmt.Sprintf("The resource namespace '%s' is invalid.", namespace))
	default:
		return gatewayError(http.StatusNotFound, "InvalidResourceType", fmt.Sprintf(
			"The resource type '%s' could not be found in the namespace '%s' for api version '%s'. The supported api-versions are '%s'.",
			kind, namespace, c.query.Get("api-version"), strings.Join(apiVersions, ",")))
	}
}

// apiVersions are those of workspaces and computes: the list that was recorded in 2021, and later ones.
var apiVersions = []string{
	"2018-03-01-preview", "2018-11-19", "2019-05-01", "2019-06-01", "2019-11-01", "2020-01-01", "2020-02-02",
	"2020-02-18-preview", "2020-03-01", "2020-04-01", "2020-05-01-preview", "2020-05-15-preview", "2020-06-01", "2020-08-01",
	"2020-09-01-preview", "2021-01-01", "2021-03-01-preview", "2021-04-01", "2021-07-01", "2021-10-01", "2022-01-01-preview",
	"2022-05-01", "2022-10-01", "2022-10-01-preview", "2023-04-01", "2023-08-01-preview", "2023-10-01", "2024-04-01",
	"2024-10-01", "2025-06-01", "2026-09-01",
}

// checkAPIVersion sets the call's api-version, or returns the refusal of an invalid one.
func checkAPIVersion(c *call) *reply {
	given := valuesFold(c.query, "api-version")
	version := strings.Join(given, ",")
	switch {
	case version == "":
		return gatewayError(http.StatusBadRequest, "MissingApiVersionParameter",
			"The api-version query parameter (?api-version=) is required for all requests.")
	case len(given) > 1, !isAPIVersion(version):
		return gatewayError(http.StatusBadRequest, "InvalidApiVersionParameter", fmt.Sprintf(
			"The api-version '%s' is invalid. The supported versions are '%s'.", version, strings.Join(apiVersions, ",")))
	}
	if c.route.kind != routeBatchAccount && !slices.Contains(apiVersions, strings.ToLower(version)) {
		return gatewayError(http.StatusBadRequest, "NoRegisteredProviderFound", fmt.Sprintf(
			"No registered resource provider found for location '%s' and API version '%s' for type '%s'. "+
				"The supported api-versions are '%s'. The supported locations are '%s'.",
			DefaultLocation, version, c.route.id.kind, strings.Join(apiVersions, ", "), DefaultLocation))
	}
	c.apiVersion = version
	return nil
}

// isAPIVersion reports whether s is a date, with "-preview" after it or not.
func isAPIVersion(s string) bool {
	date, word, hasWord := strings.Cut(s, "-preview")
	_, err := time.Parse(time.DateOnly, date)
	return err == nil && (!hasWord || word == "")
}

// valuesFold returns the values of a query parameter, whose name is matched without regard to case.
func valuesFold(query url.Values, name string) []string {
	var values []string
	for key, v := range query {
		if strings.EqualFold(key, name) {
			values = append(values, v...)
		}
	}
	return values
}

// normalLocation is the short form of a region: "westeurope" for "West Europe".
func normalLocation(location string) string {
	return strings.ToLower(strings.ReplaceAll(location, " ", ""))
}
