package provider_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// without adds to changes of the default block that the client secret is removed.
func without(changes acctest.Attributes) acctest.Attributes {
	block := acctest.Attributes{"client_secret": nil}
	for name, value := range changes {
		block[name] = value
	}
	return block
}

// The complete text of each sign-in error. Each says which credential was used, what chose
// it, why it failed and what to do next.
func TestSignInMessages(t *testing.T) {
	expired := newCertificate(-time.Hour)
	unknown := pfx(t, newCertificate(time.Hour), "")
	signedOut := "echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1"
	for name, prepare := range map[string]func(*testing.T, *emulator.Emulator) acctest.Attributes{
		"wrong secret": func(*testing.T, *emulator.Emulator) acctest.Attributes {
			return acctest.Attributes{"client_secret": "wrong"}
		},
		"wrong tenant": func(*testing.T, *emulator.Emulator) acctest.Attributes {
			return acctest.Attributes{"tenant_id": "00000000-0000-0000-0000-000000000bad"}
		},
		"wrong client": func(*testing.T, *emulator.Emulator) acctest.Attributes {
			return acctest.Attributes{"client_id": "00000000-0000-0000-0000-000000000bad"}
		},
		"expired certificate": func(t *testing.T, _ *emulator.Emulator) acctest.Attributes {
			return without(acctest.Attributes{"client_certificate_path": file(t, "client.pfx", pfx(t, expired, ""))})
		},
		"unregistered certificate": func(t *testing.T, _ *emulator.Emulator) acctest.Attributes {
			return without(acctest.Attributes{"client_certificate_path": file(t, "client.pfx", unknown)})
		},
		"absent az": func(t *testing.T, _ *emulator.Emulator) acctest.Attributes {
			t.Setenv("PATH", t.TempDir()+string(os.PathListSeparator)+"/bin")
			return without(nil)
		},
		"az signed out": func(t *testing.T, _ *emulator.Emulator) acctest.Attributes {
			az(t, signedOut)
			return without(nil)
		},
		"az prints no token": func(t *testing.T, _ *emulator.Emulator) acctest.Attributes {
			az(t, "echo once upon a time")
			return without(nil)
		},
		"revoked token of az": func(t *testing.T, e *emulator.Emulator) acctest.Attributes {
			signedInCLI(t, e)
			e.RevokeTokens()
			return without(nil)
		},
		"absent secret file": func(*testing.T, *emulator.Emulator) acctest.Attributes {
			return without(acctest.Attributes{"client_secret_file_path": "/no/such/file"})
		},
		"absent certificate file": func(*testing.T, *emulator.Emulator) acctest.Attributes {
			return without(acctest.Attributes{"client_certificate_path": "/no/such/file"})
		},
		"certificate in place of its path": func(*testing.T, *emulator.Emulator) acctest.Attributes {
			return without(acctest.Attributes{"client_certificate_path": strings.Repeat("MII/", 64)})
		},
		"absent token file": func(t *testing.T, _ *emulator.Emulator) acctest.Attributes {
			t.Setenv("AZURE_FEDERATED_TOKEN_FILE", "/no/such/file")
			return without(acctest.Attributes{"use_aks_workload_identity": true})
		},
		"no identity on the machine": func(*testing.T, *emulator.Emulator) acctest.Attributes {
			return without(acctest.Attributes{"use_msi": true, "client_id": "00000000-0000-0000-0000-000000000bad"})
		},
		"no identity in App Service": func(t *testing.T, e *emulator.Emulator) acctest.Attributes {
			endpoint, header := e.AppService()
			t.Setenv("IDENTITY_ENDPOINT", endpoint)
			t.Setenv("IDENTITY_HEADER", header)
			return without(acctest.Attributes{"use_msi": true, "client_id": "00000000-0000-0000-0000-000000000bad"})
		},
		"untrusted subject": func(_ *testing.T, e *emulator.Emulator) acctest.Attributes {
			token := emulator.GitHubFederation
			token.Subject = "repo:octo-org/octo-repo:pull_request"
			return without(acctest.Attributes{"use_oidc": true, "oidc_token": e.SignFederatedToken(token)})
		},
		"expired token": func(_ *testing.T, e *emulator.Emulator) acctest.Attributes {
			token := emulator.GitHubFederation
			token.Expires = time.Now().Add(-time.Hour)
			return without(acctest.Attributes{"use_oidc": true, "oidc_token": e.SignFederatedToken(token)})
		},
		"no token": func(*testing.T, *emulator.Emulator) acctest.Attributes {
			return without(acctest.Attributes{"use_oidc": true, "use_cli": false})
		},
		"no token and az signed out": func(t *testing.T, _ *emulator.Emulator) acctest.Attributes {
			az(t, signedOut)
			t.Setenv("ARM_CLIENT_SECRET_FILE_PATH", file(t, "secret", nil))
			return without(acctest.Attributes{"use_oidc": true})
		},
		"GitHub refuses": func(_ *testing.T, e *emulator.Emulator) acctest.Attributes {
			return without(acctest.Attributes{"use_oidc": true, "oidc_request_url": e.GitHubJob().RequestURL, "oidc_request_token": "wrong"})
		},
		"Azure DevOps refuses": func(_ *testing.T, e *emulator.Emulator) acctest.Attributes {
			job := e.AzureDevOpsJob()
			return without(acctest.Attributes{
				"use_oidc": true, "oidc_request_url": job.RequestURL, "oidc_request_token": job.RequestToken,
				"oidc_azure_service_connection_id": "00000000-0000-0000-0000-000000000bad",
			})
		},
		"no service connection": func(t *testing.T, e *emulator.Emulator) acctest.Attributes {
			t.Setenv("SYSTEM_OIDCREQUESTURI", e.AzureDevOpsJob().RequestURL)
			t.Setenv("SYSTEM_ACCESSTOKEN", e.AzureDevOpsJob().RequestToken)
			return without(acctest.Attributes{"use_oidc": true, "use_cli": false})
		},
		"token over plain HTTP": func(*testing.T, *emulator.Emulator) acctest.Attributes {
			return without(acctest.Attributes{"use_oidc": true, "oidc_request_url": "http://ci.example/token", "oidc_request_token": "t"})
		},
		"reply of a proxy": func(_ *testing.T, e *emulator.Emulator) acctest.Attributes {
			e.Inject(emulator.Fault{Path: "/oauth2/v2.0/token", Times: -1, Status: http.StatusForbidden, Body: "<html>Blocked by policy</html>"})
			return nil
		},
		"invalid switch": func(t *testing.T, _ *emulator.Emulator) acctest.Attributes {
			t.Setenv("ARM_USE_MSI", "maybe")
			return nil
		},
		"two secrets": func(t *testing.T, _ *emulator.Emulator) acctest.Attributes {
			return acctest.Attributes{"client_secret_file_path": file(t, "secret", []byte("another")), "use_msi": true}
		},
		"az without the subscription": func(t *testing.T, _ *emulator.Emulator) acctest.Attributes {
			az(t, "echo \"ERROR: Subscription 'x' not found. Check the spelling and casing and try again.\" >&2; exit 1")
			return without(acctest.Attributes{"subscription_id": "x"})
		},
		"unreadable az configuration": func(t *testing.T, _ *emulator.Emulator) acctest.Attributes {
			az(t, "echo \"[Errno 13] Permission denied: '/root/.azure/az.json'\" >&2; exit 1")
			return without(nil)
		},
		"blocked by a policy": func(_ *testing.T, e *emulator.Emulator) acctest.Attributes {
			refuse(e, 53003, "Access has been blocked by Conditional Access policies.")
			return nil
		},
		"disabled application": func(_ *testing.T, e *emulator.Emulator) acctest.Attributes {
			refuse(e, 7000112, "Application '00000000-0000-0000-0000-0000000000cc'(app) is disabled.")
			return nil
		},
		"no service principal": func(_ *testing.T, e *emulator.Emulator) acctest.Attributes {
			refuse(e, 7000229, "The client application is missing service principal in the tenant.")
			return nil
		},
		"plain text from the metadata service": func(_ *testing.T, e *emulator.Emulator) acctest.Attributes {
			e.Inject(emulator.Fault{Path: "/metadata/", Times: -1, Status: http.StatusForbidden, Body: "IP address not allowed"})
			return without(acctest.Attributes{"use_msi": true})
		},
		"no method": func(*testing.T, *emulator.Emulator) acctest.Attributes {
			return without(acctest.Attributes{"use_cli": false})
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			err := signIn(t, e, prepare(t, e))
			if err == nil {
				t.Fatal("it signed in")
			}
			golden(t, name, err.Error())
			if strings.Contains(err.Error(), emulator.DefaultClientSecret) {
				t.Error("the error contains the secret")
			}
			if _, there := e.Compute(emulator.DefaultWorkspaceID + "/computes/mybatchcompute"); there {
				t.Error("it attached without signing in")
			}
		})
	}
}

// refuse makes Entra ID refuse a sign-in.
func refuse(e *emulator.Emulator, code int, message string) {
	body := fmt.Sprintf(`{"error": "invalid_client", "error_description": "AADSTS%d: %s", "error_codes": [%d]}`, code, message, code)
	e.Inject(emulator.Fault{Path: "/oauth2/v2.0/token", Times: -1, Status: http.StatusBadRequest, Body: body})
}
