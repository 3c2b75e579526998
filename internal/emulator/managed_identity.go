package emulator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	metadataPath      = "/metadata/identity/oauth2/token"
	appServicePath    = "/msi/token"
	appServicePurpose = "App Service"
	// identityLifetime is how long a token of a managed identity is valid.
	identityLifetime = 24*time.Hour - time.Second
)

// AppService returns the values of IDENTITY_ENDPOINT and IDENTITY_HEADER in App Service. The endpoint of a virtual machine has a
// fixed address, which only the client of an emulator without a server, from [NewHandler], reaches.
func (e *Emulator) AppService() (endpoint, header string) {
	return e.url + appServicePath, e.ticket(appServicePurpose)
}

// serveMetadata replies as the metadata service of a virtual machine does.
func (e *Emulator) serveMetadata(c *call) *reply {
	refuse := func(message string) *reply {
		return document(http.StatusBadRequest, map[string]string{"error": "invalid_request", "error_description": message})
	}
	switch {
	case c.method != http.MethodGet:
		return emptyReply(http.StatusMethodNotAllowed)
	case !strings.EqualFold(c.header.Get("Metadata"), "true"):
		return refuse("Required metadata header not specified")
	case c.header.Get("X-Forwarded-For") != "":
		return refuse("Required metadata header not specified or not correct") // Sent by a proxy in between.
	case c.query.Get("api-version") == "":
		return refuse("Required query variable 'api-version' is missing")
	case c.query.Get("resource") == "":
		return refuse("Required audience parameter not specified")
	}
	client, ok := e.managedIdentity(c.query.Get("client_id"))
	if !ok {
		return refuse("Identity not found")
	}
	if !e.isAudience(c.query.Get("resource")) {
		return document(http.StatusBadRequest, map[string]string{
			"error": "invalid_resource", "error_description": "AADSTS500011: The resource principal named " + c.query.Get("resource") +
				" was not found in the tenant named " + DefaultTenantID + ".",
		})
	}
	return document(http.StatusOK, e.identityToken(c, client))
}

// serveAppService replies as App Service's token endpoint does.
func (e *Emulator) serveAppService(c *call) *reply {
	refuse := func(status int, message string) *reply {
		return document(status, map[string]any{"statusCode": status, "message": message})
	}
	switch {
	case c.header.Get("X-IDENTITY-HEADER") != e.ticket(appServicePurpose):
		return refuse(http.StatusUnauthorized, "Unauthorized: the identity header is missing or wrong.")
	case c.query.Get("api-version") != "2019-08-01":
		return refuse(http.StatusBadRequest, "Invalid API version.")
	case !e.isAudience(c.query.Get("resource")):
		return refuse(http.StatusBadRequest, "The resource '"+c.query.Get("resource")+"' is not known.")
	}
	client, ok := e.managedIdentity(c.query.Get("client_id"))
	if !ok {
		return refuse(http.StatusBadRequest, "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.")
	}
	return document(http.StatusOK, e.identityToken(c, client))
}

// managedIdentity returns the identity with that client id, or the system-assigned one if it is empty.
func (e *Emulator) managedIdentity(client string) (string, bool) {
	if client == "" {
		return e.config.identities.system, e.config.identities.system != ""
	}
	known := slices.ContainsFunc(e.config.identities.assigned, func(id string) bool { return strings.EqualFold(id, client) })
	return client, known
}

// identityToken is a token reply in the form of Azure AD's first version, which writes numbers as strings.
func (e *Emulator) identityToken(c *call, client string) map[string]string {
	expires := c.now.Add(identityLifetime)
	return map[string]string{
		"access_token": e.signToken(claims{
			Audience: c.query.Get("resource"), AppID: client, TenantID: DefaultTenantID,
			IssuedAt: c.now.Unix(), Expires: expires.Unix(),
		}),
		"client_id":  client,
		"expires_in": strconv.Itoa(int(identityLifetime / time.Second)),
		"expires_on": strconv.FormatInt(expires.Unix(), 10),
		"not_before": strconv.FormatInt(c.now.Unix(), 10),
		"resource":   c.query.Get("resource"),
		"token_type": "Bearer",
	}
}
