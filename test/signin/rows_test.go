package signin_test

import (
	"encoding/base64"
	"io"
	"log"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// TestRows covers settings that TestMatrix does not. Each signs in here as with azurerm,
// with the same details. The letters are the rows of a comparison with azurerm and azapi.
func TestRows(t *testing.T) {
	log.SetOutput(io.Discard)
	w := newWorld(t)
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	certificatePath := w.find("certificate").inputs[2].value
	pfx, err := os.ReadFile(certificatePath)
	must(t, err)
	certificate := base64.StdEncoding.EncodeToString(pfx)
	const other = "00000000-0000-0000-0000-000000000bad"
	const endpoint = "http://169.254.169.254/metadata/identity/oauth2/token"
	application := map[string]string{"ARM_TENANT_ID": emulator.DefaultTenantID, "ARM_CLIENT_ID": emulator.DefaultClientID}
	secret := with(application, map[string]string{"ARM_CLIENT_SECRET": emulator.DefaultClientSecret})
	gitHub := w.GitHubJob()
	for name, test := range map[string]struct {
		block, variables map[string]string
		want             string
	}{
		"nothing":            {nil, nil, "Azure CLI"},
		"nothing, and no az": {map[string]string{"use_cli": "false"}, nil, none},
		"F: a token without its switch": {
			map[string]string{"tenant_id": emulator.DefaultTenantID, "client_id": emulator.DefaultClientID, "oidc_token": w.tokens["token"]}, nil, "Azure CLI",
		},
		"I: the Azure SDKs' variables": {nil, map[string]string{
			"AZURE_TENANT_ID": emulator.DefaultTenantID, "AZURE_CLIENT_ID": emulator.DefaultClientID, "AZURE_CLIENT_SECRET": emulator.DefaultClientSecret,
			"AZURE_CLIENT_CERTIFICATE_PATH": certificatePath,
		}, "Azure CLI"},
		"J: the Azure SDKs' tenant and subscription": {nil, map[string]string{"AZURE_TENANT_ID": other, "AZURE_SUBSCRIPTION_ID": other}, "Azure CLI"},
		"J: az with a tenant":                        {map[string]string{"tenant_id": emulator.DefaultTenantID}, nil, "Azure CLI"},
		"J: az with a subscription":                  {nil, map[string]string{"ARM_SUBSCRIPTION_ID": emulator.DefaultSubscriptionID, "ARM_TENANT_ID": emulator.DefaultTenantID}, "Azure CLI"},
		"K: the Azure SDKs' client":                  {map[string]string{"use_msi": "true"}, map[string]string{"AZURE_CLIENT_ID": other}, "managed identity"},
		"K: a client of its own":                     {map[string]string{"use_msi": "true", "client_id": emulator.DefaultClientID}, nil, "managed identity"},
		"L: the Azure SDKs' cloud":                   {nil, with(secret, map[string]string{"AZURE_ENVIRONMENT": "production"}), "secret"},
		"N: white space in the environment": {nil, map[string]string{
			"ARM_TENANT_ID": emulator.DefaultTenantID + "\r\n", "ARM_CLIENT_ID": " " + emulator.DefaultClientID, "ARM_CLIENT_SECRET": emulator.DefaultClientSecret + "\n",
		}, "secret"},
		"N: white space in the block": {map[string]string{
			"tenant_id": emulator.DefaultTenantID + " ", "client_id": "\t" + emulator.DefaultClientID, "use_oidc": "true", "oidc_token": w.tokens["token"] + "\r\n",
		}, nil, "token"},
		"N: white space alone": {nil, with(secret, map[string]string{"ARM_TENANT_ID": " \t"}), "Azure CLI"},
		"P: a certificate twice": {
			map[string]string{"client_certificate": certificate, "client_certificate_path": certificatePath}, application, "certificate",
		},
		"P: a certificate and an empty file": {
			map[string]string{"client_certificate": certificate, "client_certificate_path": file("empty", "")}, application, "certificate",
		},
		"Q: an audience in the address": {
			map[string]string{"use_oidc": "true"},
			with(application, map[string]string{"ARM_OIDC_REQUEST_URL": gitHub.RequestURL + "&audience=api%3A%2F%2FAzureADTokenExchange", "ARM_OIDC_REQUEST_TOKEN": gitHub.RequestToken}), "GitHub",
		},
		"Q: another audience in the address": {
			map[string]string{"use_oidc": "true"},
			with(application, map[string]string{"ARM_OIDC_REQUEST_URL": gitHub.RequestURL + "&audience=api%3A%2F%2FAzureADTokenExchangeUSGov", "ARM_OIDC_REQUEST_TOKEN": gitHub.RequestToken}), none,
		},
		"T: a subscription that az does not know": {nil, map[string]string{"ARM_SUBSCRIPTION_ID": other}, none},
		"X: a managed identity endpoint": {
			map[string]string{"use_msi": "true", "msi_endpoint": endpoint, "msi_api_version": "2019-08-01", "client_id": emulator.DefaultClientID}, nil, "managed identity",
		},
		"X: the same, in the environment": {
			nil, map[string]string{"ARM_USE_MSI": "true", "ARM_MSI_ENDPOINT": endpoint, "ARM_MSI_API_VERSION": "2018-02-01"}, "managed identity",
		},
		"an empty value hides the variable": {map[string]string{"client_secret": ""}, secret, "Azure CLI"},
		"files": {nil, map[string]string{
			"ARM_TENANT_ID": emulator.DefaultTenantID, "ARM_CLIENT_ID_FILE_PATH": file("client", emulator.DefaultClientID+"\r\n"),
			"ARM_CLIENT_SECRET_FILE_PATH": file("secret", emulator.DefaultClientSecret+"\n"),
		}, "secret"},
		"an empty file":       {nil, with(application, map[string]string{"ARM_CLIENT_SECRET_FILE_PATH": file("nothing", " \n")}), "Azure CLI"},
		"an absent file":      {nil, with(application, map[string]string{"ARM_CLIENT_SECRET_FILE_PATH": filepath.Join(dir, "absent")}), none},
		"two secrets":         {nil, with(secret, map[string]string{"ARM_CLIENT_SECRET_FILE_PATH": file("another", "another")}), none},
		"the same secret":     {nil, with(secret, map[string]string{"ARM_CLIENT_SECRET_FILE_PATH": file("same", emulator.DefaultClientSecret)}), "secret"},
		"a switch by number":  {nil, map[string]string{"ARM_USE_MSI": "1"}, "managed identity"},
		"an invalid switch":   {nil, map[string]string{"ARM_USE_MSI": "maybe"}, none},
		"a switch turned off": {map[string]string{"use_msi": "false"}, map[string]string{"ARM_USE_MSI": "true"}, "Azure CLI"},
		"a token file":        {map[string]string{"use_oidc": "true", "oidc_token_file_path": file("token", w.tokens["token"]+"\n")}, application, "token"},
	} {
		t.Run(name, func(t *testing.T) {
			block := test.block
			if block == nil {
				block = map[string]string{}
			}
			theirs, ours := w.compare(t, block, test.variables)
			if theirs.method != test.want {
				t.Errorf("azurerm signs in by %s (%v), want %s", theirs.method, theirs.err, test.want)
			}
			if ours.method != test.want {
				t.Errorf("this provider signs in by %s (%v), want %s", ours.method, ours.err, test.want)
			}
			// Without a tenant in the settings, azurerm passes the one that az reports. A managed
			// identity's token may be cached.
			if ours.detail != theirs.detail && (ours.detail != "" || test.want != "Azure CLI" && test.want != "managed identity") {
				t.Errorf("azurerm requests %q, and this provider %q", theirs.detail, ours.detail)
			}
		})
	}
}

// with returns a copy of some, with more added.
func with(some, more map[string]string) map[string]string {
	all := maps.Clone(some)
	maps.Copy(all, more)
	return all
}
