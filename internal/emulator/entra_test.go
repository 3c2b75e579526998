package emulator

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/google/go-cmp/cmp"
)

// signIn gets a token by azidentity.
func signIn(t *testing.T, e *Emulator, secret, scope string) (azcore.AccessToken, error) {
	t.Helper()
	credential, err := azidentity.NewClientSecretCredential(DefaultTenantID, DefaultClientID, secret, &azidentity.ClientSecretCredentialOptions{
		ClientOptions: azcore.ClientOptions{
			Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: e.URL()},
			Transport: e.HTTPClient(),
			Retry:     policy.RetryOptions{MaxRetries: -1},
		},
		DisableInstanceDiscovery: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{scope}})
}

func TestAzidentitySignsIn(t *testing.T) {
	e := newServer(t)
	token, err := signIn(t, e, DefaultClientSecret, "https://management.core.windows.net//.default")
	if err != nil {
		t.Fatal(err)
	}
	a := e.call(t, http.MethodGet, DefaultWorkspaceID+version, "", "Authorization", "Bearer "+token.Token)
	if a.status != http.StatusOK {
		t.Errorf("%d %s", a.status, a.body)
	}
	if left := time.Until(token.ExpiresOn); left < 50*time.Minute || left > time.Hour {
		t.Errorf("the token is valid for %s", left)
	}
	if got := len(e.ARMRequests()); got != 1 {
		t.Errorf("there are %d requests to Resource Manager", got)
	}
	if got := len(e.Requests()); got < 3 {
		t.Errorf("there are %d requests in all", got)
	}

	_, err = signIn(t, e, "wrong", "https://management.core.windows.net//.default")
	if err == nil || !strings.Contains(err.Error(), "AADSTS7000215") {
		t.Errorf("with a wrong secret, the error is %v", err)
	}
}

func TestTokenRefusals(t *testing.T) {
	e := newHandler(t)
	good := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {DefaultClientID}, "client_secret": {DefaultClientSecret},
		"scope": {"https://management.azure.com/.default"},
	}
	for name, test := range map[string]struct {
		tenant, field, value string
		status               int
		kind, code           string
	}{
		"as it should be":    {"", "", "", 200, "", ""},
		"wrong secret":       {"", "client_secret", "x", 401, "invalid_client", "AADSTS7000215"},
		"no secret":          {"", "client_secret", "", 401, "invalid_client", "AADSTS7000216"},
		"another client":     {"", "client_id", "x", 400, "unauthorized_client", "AADSTS700016"},
		"no client":          {"", "client_id", "", 400, "invalid_request", "AADSTS900144"},
		"another tenant":     {DefaultSubscriptionID, "", "", 400, "invalid_request", "AADSTS90002"},
		"no assertion type":  {"", "client_assertion", "x", 400, "invalid_request", "AADSTS900144"},
		"another grant":      {"", "grant_type", "password", 400, "unsupported_grant_type", "AADSTS70003"},
		"no grant":           {"", "grant_type", "", 400, "invalid_request", "AADSTS900144"},
		"no scope":           {"", "scope", "", 400, "invalid_request", "AADSTS900144"},
		"no default scope":   {"", "scope", "https://management.azure.com/user_impersonation", 400, "invalid_scope", "AADSTS1002012"},
		"another audience":   {"", "scope", "https://graph.microsoft.com/.default", 400, "invalid_resource", "AADSTS500011"},
		"the emulator's own": {"", "scope", e.URL() + "/.default", 200, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			form := url.Values{}
			for field, values := range good {
				form[field] = values
			}
			if test.value == "" {
				form.Del(test.field)
			} else {
				form.Set(test.field, test.value)
			}
			tenant := DefaultTenantID
			if test.tenant != "" {
				tenant = test.tenant
			}
			a := e.want(t, test.status, http.MethodPost, "/"+tenant+"/oauth2/v2.0/token", form.Encode(),
				"Content-Type", "application/x-www-form-urlencoded")
			doc := a.json(t)
			if test.status == http.StatusOK {
				if doc["token_type"] != "Bearer" || doc["expires_in"] != 3599.0 {
					t.Error(a.body)
				}
				return
			}
			description, _ := doc["error_description"].(string)
			wording := regexp.MustCompile(`^` + test.code + `: .+ Trace ID: [0-9a-f-]{36} Correlation ID: [0-9a-f-]{36} Timestamp: \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$`)
			if doc["error"] != test.kind || !wording.MatchString(description) {
				t.Error(a.body)
			}
			if strings.Contains(a.body, "access_token") {
				t.Error("a refusal has a token")
			}
		})
	}
}

func TestResourceManagerRefusesTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newHandler(t, WithTokenLifetime(time.Minute))
		other := newHandler(t)
		stale := e.Token()
		foreign := e.newToken("https://graph.microsoft.com/", time.Now().Add(time.Hour))
		time.Sleep(time.Minute)
		for name, test := range map[string]struct{ authorization, code string }{
			"none":               {"", "AuthenticationFailed"},
			"basic":              {"Basic YTpi", "AuthenticationFailedInvalidHeader"},
			"garbage":            {"Bearer x", "InvalidAuthenticationToken"},
			"expired":            {"Bearer " + stale, "ExpiredAuthenticationToken"},
			"audience":           {"Bearer " + foreign, "InvalidAuthenticationTokenAudience"},
			"another emulator's": {"Bearer " + other.Token(), "InvalidAuthenticationToken"},
			"altered":            {"Bearer " + strings.Replace(e.Token(), ".", ".A", 1), "InvalidAuthenticationToken"},
			"without a sig":      {"Bearer " + e.Token()[:40], "InvalidAuthenticationToken"},
		} {
			a := e.call(t, http.MethodGet, computePath+version, "", "Authorization", test.authorization)
			if a.status != http.StatusUnauthorized || a.errorCode(t) != test.code {
				t.Errorf("%s: %d %s, want %s", name, a.status, a.body, test.code)
			}
			if got := a.header.Get("WWW-Authenticate"); !strings.HasPrefix(got, `Bearer authorization_uri="`+e.URL()) {
				t.Errorf("%s: WWW-Authenticate: %s", name, got)
			}
		}
		e.want(t, http.StatusNotFound, http.MethodGet, computePath+version, "")
	})
}

func TestInstanceDiscovery(t *testing.T) {
	e := newHandler(t)
	doc := e.want(t, 200, http.MethodGet, "/common/discovery/instance?api-version=1.1", "", "Authorization", "").json(t)
	if doc["tenant_discovery_endpoint"] != e.URL()+"/"+DefaultTenantID+"/v2.0/.well-known/openid-configuration" {
		t.Error(doc)
	}
	var configuration struct {
		Issuer string `json:"issuer"`
		Token  string `json:"token_endpoint"`
	}
	a := e.want(t, 200, http.MethodGet, doc["tenant_discovery_endpoint"].(string), "", "Authorization", "")
	if err := json.Unmarshal([]byte(a.body), &configuration); err != nil {
		t.Fatal(err)
	}
	if configuration.Issuer != e.URL()+"/"+DefaultTenantID+"/v2.0" || configuration.Token != e.URL()+"/"+DefaultTenantID+"/oauth2/v2.0/token" {
		t.Errorf("%+v", configuration)
	}
	if got := len(e.ARMRequests()); got != 0 {
		t.Errorf("%d of the requests count as Resource Manager's", got)
	}
}

func TestPathsOfThePythonPackage(t *testing.T) {
	e := newServer(t)
	want := map[string]any{}
	for _, name := range []string{"api", "experimentation", "history", "hyperdrive", "modelmanagement", "studio"} {
		want[name] = e.URL()
	}
	if diff := cmp.Diff(want, e.want(t, 200, http.MethodGet, "/discovery", "", "Authorization", "").json(t)); diff != "" {
		t.Error(diff)
	}
	own := "/rp/workspaces" + computePath + version
	if a := e.want(t, http.StatusNotFound, http.MethodGet, own, ""); a.body != "" {
		t.Error(a.body)
	}
	attach(t, e, computePath)
	if diff := cmp.Diff(e.call(t, http.MethodGet, computePath+version, "").body, e.want(t, 200, http.MethodGet, own, "").body); diff != "" {
		t.Error(diff)
	}
	list := e.want(t, 200, http.MethodGet, "/rp/workspaces"+DefaultWorkspaceID+"/computes"+version, "")
	if !strings.Contains(list.body, `"properties": null`) || list.header.Get("x-ms-ratelimit-remaining-subscription-reads") != "" {
		t.Error(list.body, list.header)
	}
	e.want(t, http.StatusUnauthorized, http.MethodGet, own, "", "Authorization", "")
	e.want(t, http.StatusNotFound, http.MethodPut, own, attachBody)
}
