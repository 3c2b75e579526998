package emulator

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"maps"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// testKey is the application's key in all tests, because making one takes long.
var testKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// newCertificate returns a certificate of testKey that expires after the given time.
func newCertificate(t *testing.T, ends time.Duration) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().Add(ends),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, testKey().Public(), testKey())
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

// present requests a token with an assertion, and returns Entra ID's code, or empty for success.
func present(t *testing.T, e *Emulator, assertion string) string {
	t.Helper()
	form := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {DefaultClientID}, "scope": {"https://management.azure.com/.default"},
		"client_assertion_type": {assertionType}, "client_assertion": {assertion},
	}
	a := e.call(t, http.MethodPost, "/"+DefaultTenantID+"/oauth2/v2.0/token", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	if a.status == http.StatusOK {
		return ""
	}
	description, _ := a.json(t)["error_description"].(string)
	code, _, _ := strings.Cut(description, ":")
	return code
}

func TestAzidentitySignsInWithCertificate(t *testing.T) {
	certificate := newCertificate(t, time.Hour)
	e := newHandler(t, WithCertificate(certificate))
	credential, err := azidentity.NewClientCertificateCredential(DefaultTenantID, DefaultClientID, []*x509.Certificate{certificate}, testKey(),
		&azidentity.ClientCertificateCredentialOptions{
			ClientOptions:            azcore.ClientOptions{Cloud: cloud.Configuration{ActiveDirectoryAuthorityHost: e.URL()}, Transport: e.HTTPClient()},
			DisableInstanceDiscovery: true,
		})
	if err != nil {
		t.Fatal(err)
	}
	token, err := credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{"https://management.azure.com/.default"}})
	if err != nil {
		t.Fatal(err)
	}
	e.want(t, http.StatusOK, http.MethodGet, DefaultWorkspaceID+version, "", "Authorization", "Bearer "+token.Token)
}

func TestCertificateAssertions(t *testing.T) {
	good, expired, unknown := newCertificate(t, time.Hour), newCertificate(t, -time.Hour), newCertificate(t, 2*time.Hour)
	e := newHandler(t, WithCertificate(good), WithCertificate(expired))
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		certificate *x509.Certificate
		key         *rsa.PrivateKey
		claims      map[string]any
		code        string
	}{
		"as it should be":         {good, testKey(), nil, ""},
		"not registered":          {unknown, testKey(), nil, "AADSTS700027"},
		"expired certificate":     {expired, testKey(), nil, "AADSTS700027"},
		"another key's signature": {good, other, nil, "AADSTS700027"},
		"another subject":         {good, testKey(), map[string]any{"sub": "x"}, "AADSTS700021"},
		"another audience":        {good, testKey(), map[string]any{"aud": "https://login.example/x/oauth2/v2.0/token"}, "AADSTS700023"},
		"too old":                 {good, testKey(), map[string]any{"exp": time.Now().Add(-10 * time.Minute).Unix()}, "AADSTS700024"},
		"too new":                 {good, testKey(), map[string]any{"nbf": time.Now().Add(10 * time.Minute).Unix()}, "AADSTS700024"},
	} {
		t.Run(name, func(t *testing.T) {
			sum := sha256.Sum256(test.certificate.Raw)
			claims := map[string]any{
				"iss": DefaultClientID, "sub": DefaultClientID, "aud": e.URL() + "/" + DefaultTenantID + "/oauth2/v2.0/token",
				"nbf": time.Now().Unix(), "exp": time.Now().Add(10 * time.Minute).Unix(),
			}
			maps.Copy(claims, test.claims)
			header := map[string]string{"alg": "RS256", "x5t#S256": base64.RawURLEncoding.EncodeToString(sum[:])}
			if code := present(t, e, signJWT(test.key, header, claims)); code != test.code {
				t.Errorf("got %q, want %q", code, test.code)
			}
		})
	}
	if code := present(t, e, "x"); code != "AADSTS50027" {
		t.Errorf("no token at all: %q", code)
	}
}

func TestFederatedTokens(t *testing.T) {
	e := newHandler(t)
	change := func(edit func(*FederatedToken)) string {
		token := GitHubFederation
		edit(&token)
		return e.SignFederatedToken(token)
	}
	good := change(func(*FederatedToken) {})
	for name, test := range map[string]struct{ token, code string }{
		"as it should be":  {good, ""},
		"the cluster's":    {e.SignFederatedToken(ClusterFederation), ""},
		"another issuer":   {change(func(t *FederatedToken) { t.Issuer = "https://issuer.example" }), "AADSTS700211"},
		"another subject":  {change(func(t *FederatedToken) { t.Subject = "repo:other/repo:ref:refs/heads/main" }), "AADSTS700213"},
		"another audience": {change(func(t *FederatedToken) { t.Audience = "https://github.com/octo-org" }), "AADSTS700212"},
		"too old":          {change(func(t *FederatedToken) { t.Expires = time.Now().Add(-time.Hour) }), "AADSTS700024"},
		"altered":          {good[:len(good)-8] + "AAAAAAAA", "AADSTS50013"},
	} {
		t.Run(name, func(t *testing.T) {
			if code := present(t, e, test.token); code != test.code {
				t.Errorf("got %q, want %q", code, test.code)
			}
		})
	}
}
