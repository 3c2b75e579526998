package emulator

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestTokensForJobs(t *testing.T) {
	e := newHandler(t)
	e.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	gitHub, devOps := e.GitHubJob(), e.AzureDevOpsJob()
	connection := "?api-version=7.1&serviceConnectionId=" + devOps.ServiceConnectionID
	for name, test := range map[string]struct {
		method, address, ticket string
		status                  int
		field                   string
		code                    string
	}{
		"GitHub's":                     {http.MethodGet, gitHub.RequestURL + "&audience=" + url.QueryEscape(FederationAudience), gitHub.RequestToken, 200, "value", ""},
		"GitHub's for GitHub":          {http.MethodGet, gitHub.RequestURL, gitHub.RequestToken, 200, "value", "AADSTS700212"},
		"GitHub's with a wrong ticket": {http.MethodGet, gitHub.RequestURL, "x", 401, "", ""},
		"DevOps'":                      {http.MethodPost, devOps.RequestURL + connection, devOps.RequestToken, 200, "oidcToken", ""},
		"DevOps' with a wrong ticket":  {http.MethodPost, devOps.RequestURL + connection, gitHub.RequestToken, 302, "", ""},
		"DevOps' by GET":               {http.MethodGet, devOps.RequestURL + connection, devOps.RequestToken, 405, "", ""},
		"DevOps' without a version":    {http.MethodPost, devOps.RequestURL, devOps.RequestToken, 400, "", ""},
		"DevOps' other connection":     {http.MethodPost, devOps.RequestURL + "?api-version=7.1&serviceConnectionId=x", devOps.RequestToken, 404, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := e.want(t, test.status, test.method, test.address, "", "Authorization", "Bearer "+test.ticket)
			if test.field == "" {
				return
			}
			token, _ := a.json(t)[test.field].(string)
			if code := present(t, e, token); code != test.code {
				t.Errorf("Entra ID says %q, want %q", code, test.code)
			}
		})
	}
	if requests := e.ARMRequests(); len(requests) > 0 {
		t.Errorf("%d of the requests count as Resource Manager's", len(requests))
	}
}

func TestManagedIdentityEndpoints(t *testing.T) {
	e := newHandler(t)
	machine := e.URL() + metadataPath + "?resource=" + url.QueryEscape(managementAudience)
	service, secret := e.AppService()
	service += "?resource=" + url.QueryEscape(managementAudience)
	metadata, identity := []string{"Metadata", "true"}, []string{"X-IDENTITY-HEADER", secret}
	const machineVersion, serviceVersion = "&api-version=2018-02-01", "&api-version=2019-08-01"
	for name, test := range map[string]struct {
		address string
		header  []string
		status  int
		client  string
	}{
		"machine":                   {machine + machineVersion, metadata, 200, DefaultSystemIdentity},
		"machine, by client id":     {machine + machineVersion + "&client_id=" + DefaultAssignedIdentity, metadata, 200, DefaultAssignedIdentity},
		"machine, another's id":     {machine + machineVersion + "&client_id=x", metadata, 400, ""},
		"machine, without header":   {machine + machineVersion, nil, 400, ""},
		"machine, through a proxy":  {machine + machineVersion, []string{"Metadata", "true", "X-Forwarded-For", "10.0.0.1"}, 400, ""},
		"machine, without version":  {machine, metadata, 400, ""},
		"machine, other audience":   {strings.Replace(machine, "management", "graph", 2) + machineVersion, metadata, 400, ""},
		"App Service":               {service + serviceVersion, identity, 200, DefaultSystemIdentity},
		"App Service, by client id": {service + serviceVersion + "&client_id=" + DefaultAssignedIdentity, identity, 200, DefaultAssignedIdentity},
		"App Service, wrong header": {service + serviceVersion, []string{"X-IDENTITY-HEADER", "x"}, 401, ""},
		"App Service, another's id": {service + serviceVersion + "&client_id=x", identity, 400, ""},
		"App Service, old version":  {service + "&api-version=2017-09-01", identity, 400, ""},
	} {
		t.Run(name, func(t *testing.T) {
			address := strings.Replace(test.address, "https://graph.emulator", e.URL(), 1)
			doc := e.want(t, test.status, http.MethodGet, address, "", test.header...).json(t)
			if test.status != http.StatusOK {
				return
			}
			token, _ := doc["access_token"].(string)
			if doc["client_id"] != test.client {
				t.Errorf("the token is for %s", doc["client_id"])
			}
			e.want(t, http.StatusOK, http.MethodGet, DefaultWorkspaceID+version, "", "Authorization", "Bearer "+token)
		})
	}
}

func TestAuxiliaryTokens(t *testing.T) {
	const tenant = "00000000-0000-0000-0000-0000000000ab"
	e := newHandler(t, WithAuxiliaryTenant(tenant))
	auxiliary := e.applicationToken(tenant, managementAudience, time.Now(), 0)
	e.want(t, http.StatusOK, http.MethodGet, DefaultWorkspaceID+version, "", "x-ms-authorization-auxiliary", "Bearer "+auxiliary)
	e.want(t, http.StatusUnauthorized, http.MethodGet, DefaultWorkspaceID+version, "", "x-ms-authorization-auxiliary", "Bearer x")
	e.want(t, http.StatusUnauthorized, http.MethodGet, DefaultWorkspaceID+version, "", "Authorization", "Bearer "+auxiliary)
}

func TestRevokedTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newHandler(t)
		before := e.Token()
		e.want(t, http.StatusOK, http.MethodGet, DefaultWorkspaceID+version, "", "Authorization", "Bearer "+before)
		e.RevokeTokens()
		a := e.want(t, http.StatusUnauthorized, http.MethodGet, DefaultWorkspaceID+version, "", "Authorization", "Bearer "+before)
		_, encoded, _ := strings.Cut(a.header.Get("WWW-Authenticate"), `error="insufficient_claims", claims="`)
		demand, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(encoded, `"`))
		if err != nil {
			t.Fatal(err)
		}
		for name, test := range map[string]struct {
			claims string
			status int
		}{
			"as demanded, by a client that supports challenges": {strings.Replace(string(demand), `{"nbf"`, `{"xms_cc":{"values":["cp1"]},"nbf"`, 1), http.StatusOK},
			"by a client that does not":                         {string(demand), http.StatusUnauthorized},
			"nothing demanded":                                  {"", http.StatusUnauthorized},
		} {
			form := url.Values{
				"grant_type": {"client_credentials"}, "client_id": {DefaultClientID}, "client_secret": {DefaultClientSecret},
				"scope": {"https://management.azure.com/.default"}, "claims": {test.claims},
			}
			token, _ := e.want(t, http.StatusOK, http.MethodPost, "/"+DefaultTenantID+"/oauth2/v2.0/token", form.Encode()).json(t)["access_token"].(string)
			a := e.call(t, http.MethodGet, DefaultWorkspaceID+version, "", "Authorization", "Bearer "+token)
			if a.status != test.status {
				t.Errorf("%s: %d", name, a.status)
			}
		}
	})
}
