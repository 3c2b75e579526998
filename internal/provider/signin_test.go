package provider_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// The advice for an expired token depends on where it comes from: a file can be replaced
// while Terraform runs, a value cannot.
func TestExpiredToken(t *testing.T) {
	for _, method := range []string{"use_oidc", "use_aks_workload_identity"} {
		for given, says := range map[string]string{
			"oidc_token":           "oidc_token cannot change while Terraform runs",
			"oidc_token_file_path": "Get a new one shortly before it is used",
		} {
			t.Run(method+", "+given, func(t *testing.T) {
				e := acctest.NewEmulator(t)
				old := emulator.GitHubFederation
				old.Expires = time.Now().Add(-time.Hour)
				value := e.SignFederatedToken(old)
				if given == "oidc_token_file_path" {
					value = file(t, "token", []byte(value))
				}
				err := signIn(t, e, without(acctest.Attributes{method: true, given: value}))
				if err == nil || !strings.Contains(err.Error(), says) {
					t.Errorf("got %v", err)
				}
			})
		}
	}
}

// A certificate's sign-in sends a token too, but it makes that token itself.
func TestExpiredTokenOfACertificate(t *testing.T) {
	e := acctest.NewEmulator(t)
	e.Inject(emulator.Fault{Path: "/oauth2/v2.0/token", Times: -1, Status: http.StatusBadRequest, Body: `{"error_description": "AADSTS700024: It is not within its valid time range."}`})
	err := signIn(t, e, without(acctest.Attributes{"client_certificate_path": file(t, "client.pfx", pfx(t, guideCertificate(), "")), "oidc_token": "t"}))
	acctest.WantError(t, err, "Signing in with client certificate", "check this machine's clock")
	if err != nil && strings.Contains(err.Error(), "oidc_token cannot change") {
		t.Errorf("the error is about a token that is not used: %v", err)
	}
}

// Entra ID's reply has the error code in two places, and either one is enough.
func TestCodesOfEntra(t *testing.T) {
	for name, body := range map[string]string{
		"in the list":     `{"error_description": "It is blocked.", "error_codes": [53003, 50000]}`,
		"alone in it":     `{"error_description": "It is blocked.", "error_codes": [53003]}`,
		"in a long reply": `{"error_description": "AADSTS53003: ` + strings.Repeat("It is blocked. ", 100) + `"}`,
		"in the sentence": `{"error_description": "AADSTS53003: It is blocked."}`,
	} {
		t.Run(name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			e.Inject(emulator.Fault{Path: "/oauth2/v2.0/token", Times: -1, Status: http.StatusBadRequest, Body: body})
			if err := signIn(t, e, nil); err == nil || !strings.Contains(err.Error(), "A Conditional Access policy of the tenant blocks this sign-in") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// Only a refusal of the credential leads to advice about it.
func TestCredentialIsNotBlamed(t *testing.T) {
	const proxy, busy = "is there a proxy in between?", "The credential is not the cause."
	for name, test := range map[string]struct {
		fault emulator.Fault
		says  string
	}{
		"a portal's page":                  {emulator.Fault{Path: "/oauth2/v2.0/token", Status: 200, Body: "<html>Welcome</html>"}, proxy},
		"a portal's page at the discovery": {emulator.Fault{Path: "/openid-configuration", Status: 200, Body: "<html>Welcome</html>"}, proxy},
		"an error in Entra ID":             {emulator.Fault{Path: "/oauth2/v2.0/token", Status: 503, Body: "Down."}, busy},
		"a limit":                          {emulator.Fault{Path: "/oauth2/v2.0/token", Status: 429, Header: map[string]string{"Retry-After": "3600"}}, busy},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			test.fault.Times = -1
			e.Inject(test.fault)
			err := signIn(t, e, nil)
			if err == nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "Check tenant_id") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// An az that is signed in as a managed identity accepts no tenant.
func TestAzureCLIAsManagedIdentity(t *testing.T) {
	for name, test := range map[string]struct {
		user, host string
		tenant     bool
	}{
		"a person":            {`{"name": "me@example.com", "type": "user"}`, "", true},
		"a service principal": {`{"name": "00000000-0000-0000-0000-0000000000cc", "type": "servicePrincipal"}`, "", true},
		"system-assigned":     {`{"name": "systemAssignedIdentity", "type": "servicePrincipal"}`, "", false},
		"a person so called":  {`{"name": "systemAssignedIdentity", "type": "user"}`, "", true},
		"nobody, as it says":  {`{"name": "systemAssignedIdentity", "type": "servicePrincipal"}}'; exit 1; echo '`, "", true},
		"user-assigned":       {`{"name": "userAssignedIdentity", "type": "servicePrincipal"}`, "", false},
		"Cloud Shell":         {`{"name": "me@example.com", "type": "user"}`, "cloud-shell/1.0", false},
	} {
		t.Run(name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			calls := filepath.Join(t.TempDir(), "calls")
			az(t, fmt.Sprintf(`case "$*" in
*show*) echo '{"user": %s}' ;;
*) echo "$*" >> %s; echo '{"accessToken": "%s", "expires_on": %d}' ;;
esac`, test.user, calls, e.Token(), time.Now().Add(time.Hour).Unix()))
			t.Setenv("AZUREPS_HOST_ENVIRONMENT", test.host)
			must(t, signIn(t, e, without(nil)))
			wantAttached(t, e)
			called, err := os.ReadFile(calls)
			must(t, err)
			if got := strings.Contains(string(called), "--tenant "+emulator.DefaultTenantID); got != test.tenant {
				t.Errorf("az was called with %s", called)
			}
		})
	}
}

// az runs in another folder than Terraform, and still finds a relative AZURE_CONFIG_DIR.
func TestAzureCLIConfigDir(t *testing.T) {
	e := acctest.NewEmulator(t)
	dir := t.TempDir()
	t.Chdir(dir)
	must(t, os.Mkdir("config", 0o700))
	must(t, os.WriteFile("config/token", []byte(e.Token()), 0o600))
	az(t, fmt.Sprintf(`test "$PWD" != %q || exit 1
printf '{"accessToken": "%%s", "expires_on": %d}' "$(cat "$AZURE_CONFIG_DIR/token")"`, dir, time.Now().Add(time.Hour).Unix()))
	t.Setenv("AZURE_CONFIG_DIR", "config")
	must(t, signIn(t, e, without(nil)))
	wantAttached(t, e)
}

// The user agent includes Terraform's caller and a partner. The correlation id can be
// turned off.
func TestOptionalHeaders(t *testing.T) {
	const partner = "11111111-1111-1111-1111-111111111111"
	for name, test := range map[string]struct {
		changes acctest.Attributes
		agent   string
		want    string
		noID    bool
	}{
		"a caller":                {nil, "cloud-shell/1.0", " cloud-shell/1.0", false},
		"a caller in two lines":   {nil, "cloud\nshell", "", false},
		"a partner with a prefix": {acctest.Attributes{"partner_id": "pid-" + partner}, "x/1", " x/1 pid-" + partner, false},
		"a partner with both":     {acctest.Attributes{"partner_id": "pid-" + partner + "-partnercenter"}, "", " pid-" + partner + "-partnercenter", false},
		"no correlation id":       {acctest.Attributes{"disable_correlation_request_id": true, "custom_correlation_request_id": partner}, "", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("AZURE_HTTP_USER_AGENT", test.agent)
			e := acctest.NewEmulator(t)
			must(t, signIn(t, e, test.changes))
			for _, request := range e.ARMRequests() {
				if agent := request.Header.Get("User-Agent"); agent != "terraform-provider-azureml/test Terraform/1.0.0-core"+test.want {
					t.Errorf("user agent %q", agent)
				}
				if id := request.Header.Get("x-ms-correlation-request-id"); (id == "") != test.noID {
					t.Errorf("correlation id %q", id)
				}
			}
		})
	}
}

// If a sign-in host does not respond, the error names that host rather than the request
// that needed the token.
func TestSignInTakesTooLong(t *testing.T) {
	for name, test := range map[string]struct {
		timeout string
		says    []string
	}{
		"within its own time":        {"60m", []string{"Signing in with client secret", "it did not complete within 2m0s", "login.slow.example could not be reached: login.slow.example sent no complete reply within 1m10s"}},
		"within the resource's time": {"1m", []string{"Timed out while signing in.", "Signing in with client secret", "login.slow.example could not be reached"}},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			changes := acctest.Attributes{"endpoint": acctest.Attributes{"active_directory_authority_host": "https://login.slow.example", "resource_manager_endpoint": e.URL()}}
			core, err := acctest.NewCore(t, acctest.Server(func(options *azureml.Options) {
				options.Transport = failing{e.HTTPClient(), "login.slow.example", func(request *http.Request) error {
					<-request.Context().Done()
					return request.Context().Err()
				}}
			}), acctest.SignIn(e, changes))
			must(t, err)
			_, d := core.Apply(t.Context(), acctest.State{}, acctest.Attributes{
				"name": "mybatchcompute", "workspace_id": emulator.DefaultWorkspaceID, "batch_account_id": emulator.DefaultBatchAccountID,
				"timeouts": acctest.Attributes{"create": test.timeout},
			})
			if d.Err() == nil {
				t.Fatal("it signed in")
			}
			for _, words := range test.says {
				if !strings.Contains(d.Err().Error(), words) {
					t.Errorf("the error does not say %q:\n%v", words, d.Err())
				}
			}
		})
	}
}

// TestConfigureStartsToSignIn: the token is there before the first request. A wrong secret
// is not an error until something needs the token.
func TestConfigureStartsToSignIn(t *testing.T) {
	for name, changes := range map[string]acctest.Attributes{"a valid secret": nil, "a wrong secret": {"client_secret": "wrong"}} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			_, err := acctest.NewCore(t, acctest.Server(func(options *azureml.Options) { options.Transport = e.HTTPClient() }), acctest.SignIn(e, changes))
			must(t, err)
			synctest.Wait()
			signedIn := slices.ContainsFunc(e.Requests(), func(request emulator.Request) bool { return strings.HasSuffix(request.Path, "/token") })
			if !signedIn || len(e.ARMRequests()) > 0 {
				t.Errorf("these requests were sent, want one for a token and none to Resource Manager: %v", e.Requests())
			}
		})
	}
}

// A plan that cannot sign in warns once.
func TestPlanWarnsOfSignIn(t *testing.T) {
	for name, test := range map[string]struct {
		changes acctest.Attributes
		warns   bool
	}{
		"a wrong secret": {acctest.Attributes{"client_secret": "wrong", "preflight": true}, true},
		"a good one":     {acctest.Attributes{"preflight": true}, false},
		"no preflight":   {acctest.Attributes{"client_secret": "wrong"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			core, err := acctest.NewCore(t, acctest.Server(func(options *azureml.Options) { options.Transport = e.HTTPClient() }), acctest.SignIn(e, test.changes))
			must(t, err)
			for i, name := range []string{"first", "second"} {
				_, d := core.Plan(t.Context(), acctest.State{}, acctest.Attributes{
					"name": name, "workspace_id": emulator.DefaultWorkspaceID, "batch_account_id": emulator.DefaultBatchAccountID,
				})
				must(t, d.Err())
				warned := len(d.Warnings) > 0 && strings.Contains(d.Warnings[0], "The plan could not sign in") && strings.Contains(d.Warnings[0], "AADSTS7000215")
				if want := test.warns && i == 0; warned != want || len(d.Warnings) > 1 {
					t.Errorf("plan %d warns %q", i, d.Warnings)
				}
			}
		})
	}
}

// Managed identity and Azure CLI ignore the variables that AKS sets in a pod, even if AKS
// workload identity is switched on but incomplete.
func TestPodVariablesAreIgnored(t *testing.T) {
	for name, changes := range map[string]acctest.Attributes{
		"managed identity": {"use_msi": true, "msi_endpoint": "http://169.254.169.254/metadata/identity/oauth2/token"},
		"Azure CLI":        {},
	} {
		t.Run(name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			calls := signedInCLI(t, e)
			t.Setenv("ARM_USE_AKS_WORKLOAD_IDENTITY", "true")
			t.Setenv("AZURE_TENANT_ID", otherTenant)
			t.Setenv("AZURE_CLIENT_ID", otherTenant)
			changes["client_id"], changes["tenant_id"] = nil, nil
			must(t, signIn(t, e, without(changes)))
			wantAttached(t, e)
			if called, err := os.ReadFile(calls); err == nil && strings.Contains(string(called), otherTenant) {
				t.Errorf("az was called with %s", called)
			}
		})
	}
}

// The Azure SDKs' variables for a region do not change the host that the secret is sent to.
func TestRegionIsNotRead(t *testing.T) {
	for _, variable := range []string{"AZURE_REGIONAL_AUTHORITY_NAME", "MSAL_FORCE_REGION"} {
		t.Run(variable, func(t *testing.T) {
			t.Setenv(variable, "westus")
			e := acctest.NewEmulator(t)
			must(t, signIn(t, e, nil, func(options *azureml.Options) {
				options.Transport = before{options.Transport, func(request *http.Request) {
					if request.URL.Host != strings.TrimPrefix(e.URL(), "https://") {
						t.Errorf("a request went to %s", request.URL.Host)
					}
				}}
			}))
			wantAttached(t, e)
		})
	}
}
