package emulator

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// instanceDiscoveryPath is where clients check whether an authority belongs to one of Microsoft's clouds.
const instanceDiscoveryPath = "/common/discovery/instance"

// isEntra reports whether a path belongs to Entra ID, which here has the same host as Resource Manager.
func isEntra(path string) bool {
	path = strings.ToLower(path)
	return path == instanceDiscoveryPath || strings.HasSuffix(path, "/v2.0/.well-known/openid-configuration") ||
		strings.HasSuffix(path, "/oauth2/v2.0/token")
}

// isIdentity reports whether a path is one of the other endpoints that a sign-in uses: those of GitHub Actions, Azure DevOps and
// managed identities, and the description of the cloud.
func isIdentity(path string) bool {
	return path == gitHubPath || path == devOpsPath || path == metadataPath || path == appServicePath || path == endpointsPath
}

// serveIdentity replies as the endpoint with that path does. The lock must be held.
func (e *Emulator) serveIdentity(c *call) *reply {
	switch c.path {
	case gitHubPath:
		return e.serveGitHub(c)
	case devOpsPath:
		return e.serveDevOps(c)
	case metadataPath:
		return e.serveMetadata(c)
	case endpointsPath:
		return e.describeCloud(c)
	default:
		return e.serveAppService(c)
	}
}

// endpointsPath is where Resource Manager describes its cloud, without a token.
const endpointsPath = "/metadata/endpoints"

// describeCloud replies in the form of api-version 2022-09-01, with a single cloud; older versions differ.
func (e *Emulator) describeCloud(c *call) *reply {
	if c.method != http.MethodGet {
		return emptyReply(http.StatusMethodNotAllowed)
	}
	return document(http.StatusOK, map[string]any{
		"name":            "Emulator",
		"resourceManager": e.url + "/",
		"authentication": map[string]any{
			"loginEndpoint": e.url + "/", "audiences": []string{managementAudience, e.url + "/"}, "tenant": "common", "identityProvider": "AAD",
		},
		"microsoftGraphResourceId": e.url + "/graph/",
		"suffixes":                 map[string]any{},
	})
}

// serveEntra replies as Entra ID does. The lock must be held.
func (e *Emulator) serveEntra(c *call) *reply {
	r := e.handleEntra(c)
	h := r.header
	h.Set("Cache-Control", "no-store, no-cache")
	h.Set("Pragma", "no-cache")
	h.Set("Expires", "-1")
	h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("x-ms-request-id", uuid.NewString())
	if id := c.header.Get("client-request-id"); id != "" {
		h.Set("client-request-id", id)
	}
	return r
}

func (e *Emulator) handleEntra(c *call) *reply {
	path := strings.ToLower(c.path)
	if path == instanceDiscoveryPath {
		return e.instanceDiscovery()
	}
	tenant, rest, _ := strings.Cut(strings.TrimPrefix(c.path, "/"), "/")
	if !e.isTenant(tenant) {
		return entraError(c, http.StatusBadRequest, "invalid_request", 90002, fmt.Sprintf(
			"Tenant '%s' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. "+
				"Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.", tenant))
	}
	if strings.EqualFold(rest, "oauth2/v2.0/token") {
		return e.serveToken(c, tenant)
	}
	return e.openIDConfiguration(tenant)
}

func (e *Emulator) isTenant(id string) bool {
	same := func(known string) bool { return strings.EqualFold(id, known) }
	return same(DefaultTenantID) || slices.ContainsFunc(e.config.identities.tenants, same)
}

func (e *Emulator) instanceDiscovery() *reply {
	host := strings.TrimPrefix(e.url, "https://")
	return document(http.StatusOK, map[string]any{
		"tenant_discovery_endpoint": e.url + "/" + DefaultTenantID + "/v2.0/.well-known/openid-configuration",
		"api-version":               "1.1",
		"metadata":                  []any{map[string]any{"preferred_network": host, "preferred_cache": host, "aliases": []string{host}}},
	})
}

func (e *Emulator) openIDConfiguration(id string) *reply {
	tenant := e.url + "/" + id
	return document(http.StatusOK, map[string]any{
		"token_endpoint":                        tenant + "/oauth2/v2.0/token",
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "private_key_jwt"},
		"authorization_endpoint":                tenant + "/oauth2/v2.0/authorize",
		"device_authorization_endpoint":         tenant + "/oauth2/v2.0/devicecode",
		"end_session_endpoint":                  tenant + "/oauth2/v2.0/logout",
		"jwks_uri":                              tenant + "/discovery/v2.0/keys",
		"issuer":                                tenant + "/v2.0",
		"response_types_supported":              []string{"code", "id_token", "code id_token", "id_token token"},
		"subject_types_supported":               []string{"pairwise"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"scopes_supported":                      []string{"openid", "profile", "email", "offline_access"},
		"tenant_region_scope":                   "EU",
	})
}

// serveToken is the token endpoint: it authenticates the client by the grant, and issues a token for the scope. A further grant
// is a further case here.
func (e *Emulator) serveToken(c *call, tenant string) *reply {
	if c.method != http.MethodPost {
		return entraError(c, http.StatusBadRequest, "invalid_request", 900561,
			fmt.Sprintf("The endpoint only accepts POST requests. Received a %s request.", c.method))
	}
	form, err := url.ParseQuery(string(c.body))
	if err != nil {
		return entraError(c, http.StatusBadRequest, "invalid_request", 90014, "The request body is malformed.")
	}
	switch grant := form.Get("grant_type"); grant {
	case "":
		return missingParameter(c, "grant_type")
	case "client_credentials":
		if refusal := e.clientCredentials(c, tenant, form); refusal != nil {
			return refusal
		}
	default:
		return entraError(c, http.StatusBadRequest, "unsupported_grant_type", 70003,
			fmt.Sprintf("The app requested an unsupported grant type '%s'.", grant))
	}
	return e.issueToken(c, tenant, form)
}

// clientCredentials verifies the application and its proof. A further kind of proof is a further case here.
func (e *Emulator) clientCredentials(c *call, tenant string, form url.Values) *reply {
	client := form.Get("client_id")
	switch {
	case client == "":
		return missingParameter(c, "client_id")
	case !strings.EqualFold(client, e.config.clientID):
		return entraError(c, http.StatusBadRequest, "unauthorized_client", 700016, fmt.Sprintf(
			"Application with identifier '%s' was not found in the directory '%s'. This can happen if the application has not been "+
				"installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your "+
				"authentication request to the wrong tenant.", client, tenant))
	case form.Has("client_assertion"):
		return e.clientAssertion(c, tenant, form)
	case !form.Has("client_secret"):
		return entraError(c, http.StatusUnauthorized, "invalid_client", 7000216,
			"'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.")
	case form.Get("client_secret") != e.config.clientSecret:
		return entraError(c, http.StatusUnauthorized, "invalid_client", 7000215, fmt.Sprintf(
			"Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, "+
				"not the client secret ID, for a secret added to app '%s'.", e.config.clientID))
	}
	return nil
}

// issueToken issues a token for the scope, which is an audience followed by "/.default". An audience that ends in a slash keeps it.
func (e *Emulator) issueToken(c *call, tenant string, form url.Values) *reply {
	scope := form.Get("scope")
	if scope == "" {
		return missingParameter(c, "scope")
	}
	var audience string
	for word := range strings.FieldsSeq(scope) {
		if word == "openid" || word == "offline_access" || word == "profile" {
			continue
		}
		resource, isDefault := strings.CutSuffix(word, "/.default")
		if !isDefault || audience != "" {
			return entraError(c, http.StatusBadRequest, "invalid_scope", 1002012, fmt.Sprintf(
				"The provided value for scope %s is not valid. Client credential flows must have a scope value with /.default suffixed "+
					"to the resource identifier (application ID URI).", scope))
		}
		audience = resource
	}
	if !e.isAudience(audience) {
		return entraError(c, http.StatusBadRequest, "invalid_resource", 500011, fmt.Sprintf(
			"The resource principal named %s was not found in the tenant named %s.", audience, tenant))
	}
	demand, err := satisfied(form.Get("claims"))
	if err != nil {
		return entraError(c, http.StatusBadRequest, "invalid_request", 9002012, "The 'claims' parameter is not valid JSON.")
	}
	seconds := int(e.config.tokenLifetime / time.Second)
	return document(http.StatusOK, map[string]any{
		"token_type":     "Bearer",
		"expires_in":     seconds,
		"ext_expires_in": seconds,
		"access_token":   e.applicationToken(tenant, audience, c.now, demand),
	})
}

func missingParameter(c *call, name string) *reply {
	return entraError(c, http.StatusBadRequest, "invalid_request", 900144,
		fmt.Sprintf("The request body must contain the following parameter: '%s'.", name))
}

// entraError is an error as Entra ID writes it.
func entraError(c *call, status int, kind string, code int, message string) *reply {
	trace, correlation := uuid.NewString(), cmp.Or(c.header.Get("client-request-id"), uuid.NewString())
	at := c.now.UTC().Format("2006-01-02 15:04:05Z")
	return document(status, struct {
		Error         string `json:"error"`
		Description   string `json:"error_description"`
		Codes         []int  `json:"error_codes"`
		Timestamp     string `json:"timestamp"`
		TraceID       string `json:"trace_id"`
		CorrelationID string `json:"correlation_id"`
		URI           string `json:"error_uri"`
	}{
		kind,
		fmt.Sprintf("AADSTS%d: %s Trace ID: %s Correlation ID: %s Timestamp: %s", code, message, trace, correlation, at),
		[]int{code},
		at, trace, correlation,
		fmt.Sprintf("https://login.microsoftonline.com/error?code=%d", code),
	})
}
