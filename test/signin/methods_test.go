package signin_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// method is a sign-in method with its inputs.
type method struct {
	name string
	// servicePrincipal is set for methods that sign in as an application.
	servicePrincipal bool
	// selector is the input that decides whether the method counts as the block's or the
	// environment's.
	selector string
	inputs   []input
}

// input is a setting that a method needs: an attribute and its variable. Variables that
// only a platform sets have no attribute.
type input struct{ attribute, variable, value string }

// world is the emulator with the files and programs that the methods need.
type world struct {
	*emulator.Emulator
	methods []method
	// tokens are the federated tokens that are given by value or in a file, by method.
	tokens map[string]string
	// audience is the audience of this provider's tokens. azidentity caches tokens of
	// managed identities in the process, so each world has its own audience.
	audience string
	// calls is the file to which the stand-in for az writes its arguments.
	calls string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	certificate, pfx := newCertificate(t)
	audience := "https://" + rand.Text() + ".example"
	e, err := emulator.NewHandler(emulator.WithCertificate(certificate), emulator.WithAudience(audience), emulator.WithManagedIdentities(emulator.DefaultSystemIdentity, emulator.DefaultClientID))
	must(t, err)
	dir := t.TempDir()
	path := func(name, content string) string {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	w := &world{Emulator: e, audience: audience, calls: filepath.Join(dir, "calls"), tokens: map[string]string{
		"token": e.SignFederatedToken(emulator.GitHubFederation),
		"AKS":   e.SignFederatedToken(emulator.ClusterFederation),
	}}
	w.putAz(t)

	tenant := input{"tenant_id", "ARM_TENANT_ID", emulator.DefaultTenantID}
	client := input{"client_id", "ARM_CLIENT_ID", emulator.DefaultClientID}
	gitHub, devOps := e.GitHubJob(), e.AzureDevOpsJob()
	on := func(attribute, variable string) input { return input{attribute, variable, "true"} }
	w.methods = []method{
		{"certificate", true, "client_certificate_path", []input{tenant, client, {"client_certificate_path", "ARM_CLIENT_CERTIFICATE_PATH", path("client.pfx", string(pfx))}}},
		{"secret", true, "client_secret", []input{tenant, client, {"client_secret", "ARM_CLIENT_SECRET", emulator.DefaultClientSecret}}},
		{"token", true, "use_oidc", []input{tenant, client, on("use_oidc", "ARM_USE_OIDC"), {"oidc_token", "ARM_OIDC_TOKEN", w.tokens["token"]}}},
		{"GitHub", true, "use_oidc", []input{
			tenant, client, on("use_oidc", "ARM_USE_OIDC"),
			{"oidc_request_url", "ACTIONS_ID_TOKEN_REQUEST_URL", gitHub.RequestURL},
			{"oidc_request_token", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", gitHub.RequestToken},
		}},
		{"Azure DevOps", true, "use_oidc", []input{
			tenant, client, on("use_oidc", "ARM_USE_OIDC"),
			{"oidc_request_url", "SYSTEM_OIDCREQUESTURI", devOps.RequestURL},
			{"oidc_request_token", "SYSTEM_ACCESSTOKEN", devOps.RequestToken},
			{"ado_pipeline_service_connection_id", "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", devOps.ServiceConnectionID},
		}},
		{"AKS", true, "use_aks_workload_identity", []input{
			on("use_aks_workload_identity", "ARM_USE_AKS_WORKLOAD_IDENTITY"),
			{"", "AZURE_TENANT_ID", emulator.DefaultTenantID},
			{"", "AZURE_CLIENT_ID", emulator.DefaultClientID},
			{"", "AZURE_FEDERATED_TOKEN_FILE", path("azure-identity-token", w.tokens["AKS"])},
		}},
		{"managed identity", false, "use_msi", []input{on("use_msi", "ARM_USE_MSI")}},
		{"Azure CLI", false, "use_cli", []input{on("use_cli", "ARM_USE_CLI")}},
	}
	return w
}

// putAz puts a stand-in for Azure CLI on PATH, signed in as a user.
func (w *world) putAz(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	script := `#!/bin/sh
case "$*" in
*--subscription*` + emulator.DefaultSubscriptionID + `*) ;;
*--subscription*) echo "ERROR: Subscription not found." >&2; exit 1 ;;
esac
case "$*" in
*get-access-token*)
	echo "$*" >> ` + w.calls + `
	echo '{"accessToken": "` + w.Token() + `", "expiresOn": "2099-01-01 00:00:00.000000", "expires_on": 4070908800, "tokenType": "Bearer"}' ;;
version*) echo '{"azure-cli": "2.80.0"}' ;;
"account list"*) echo '[{"id": "` + emulator.DefaultSubscriptionID + `"}]' ;;
*) echo '{"id": "` + emulator.DefaultSubscriptionID + `", "tenantId": "` + emulator.DefaultTenantID + `", "user": {"name": "me", "type": "user"}}' ;;
esac
`
	must(t, os.WriteFile(filepath.Join(dir, "az"), []byte(script), 0o700))
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

func newCertificate(t *testing.T) (*x509.Certificate, []byte) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	must(t, err)
	certificate, err := x509.ParseCertificate(der)
	must(t, err)
	pfx, err := pkcs12.Modern.Encode(key, certificate, nil, "")
	must(t, err)
	return certificate, pfx
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
