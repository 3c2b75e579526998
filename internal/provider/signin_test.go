package provider_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// metadata_host describes its cloud, and the secret is sent to no other cloud.
func TestMetadataHost(t *testing.T) {
	for name, block := range map[string]acctest.Attributes{"block": {"metadata_host": "host"}, "environment": nil} {
		t.Run(name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			host := strings.TrimPrefix(e.URL(), "https://")
			changes := acctest.Attributes{"endpoint": nil, "disable_instance_discovery": nil, "environment": "usgovernment"}
			if block == nil {
				t.Setenv("ARM_METADATA_HOSTNAME", host)
			} else {
				changes["metadata_host"] = host
			}
			must(t, signIn(t, e, changes, func(options *azureml.Options) {
				options.Transport = before{options.Transport, func(request *http.Request) {
					if request.URL.Host != host {
						t.Errorf("a request went to %s", request.URL.Host)
					}
				}}
			}))
			wantAttached(t, e)
			for _, request := range e.ARMRequests() {
				if audience := claimsOf(t, request.Header.Get("Authorization")).Audience; audience != e.URL() {
					t.Errorf("the token is for %q", audience)
				}
			}
		})
	}
}

// If the description of the cloud cannot be read, nothing is sent to another cloud.
func TestMetadataHostFails(t *testing.T) {
	for name, test := range map[string]struct {
		reply emulator.Fault
		says  string
	}{
		"not found":   {emulator.Fault{Status: http.StatusNotFound, Body: "no such page"}, "404 Not Found: no such page"},
		"no JSON":     {emulator.Fault{Status: http.StatusOK, Body: "<html>"}, "it is not JSON"},
		"no address":  {emulator.Fault{Status: http.StatusOK, Body: `{"resourceManager": "https://arm.example"}`}, "authentication.loginEndpoint"},
		"plain HTTP":  {emulator.Fault{Status: http.StatusOK, Body: `{"authentication": {"loginEndpoint": "http://login.example"}}`}, "authentication.loginEndpoint"},
		"an old form": {emulator.Fault{Status: http.StatusOK, Body: `[{"name": "AzureCloud"}]`}, "it is not JSON"},
		"a proxy":     {emulator.Fault{Status: http.StatusBadGateway, Body: "<html>"}, "is there a proxy in between"},
		"a password":  {emulator.Fault{Path: "/nothing"}, "has more than a host and a path"},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			host := strings.TrimPrefix(e.URL(), "https://")
			if test.reply.Path == "" {
				test.reply.Path, test.reply.Times = "/metadata/endpoints", -1
			} else {
				host = "me:hidden@" + host
			}
			e.Inject(test.reply)
			err := signIn(t, e, acctest.Attributes{"endpoint": nil, "metadata_host": host})
			if err == nil || !strings.Contains(err.Error(), "metadata_host in the provider block") || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "hidden") {
				t.Errorf("got %v", err)
			}
			for _, request := range e.Requests() {
				if strings.Contains(string(request.Body), emulator.DefaultClientSecret) {
					t.Errorf("the secret was sent to %s", request.Path)
				}
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
		"within the resource's time": {"1m", []string{"The time for it ran out while signing in.", "Signing in with client secret", "login.slow.example could not be reached"}},
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
