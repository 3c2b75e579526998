package provider_test

import (
	"errors"
	"fmt"
	"maps"
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

// If the description of the cloud cannot be read, nothing is sent to another cloud.
func TestMetadataHostFails(t *testing.T) {
	for name, test := range map[string]struct {
		reply emulator.Fault
		says  string
	}{
		"not found":        {emulator.Fault{Status: http.StatusNotFound, Body: "no such page"}, "404 Not Found: no such page"},
		"no JSON":          {emulator.Fault{Status: http.StatusOK, Body: "<html>"}, "it is not JSON"},
		"no address":       {emulator.Fault{Status: http.StatusOK, Body: `{"resourceManager": "https://arm.example"}`}, "authentication.loginEndpoint"},
		"only one address": {emulator.Fault{Status: http.StatusOK, Body: `{"authentication": {"loginEndpoint": "https://login.example"}}`}, "resourceManager: "},
		"plain HTTP":       {emulator.Fault{Status: http.StatusOK, Body: `{"authentication": {"loginEndpoint": "http://login.example"}}`}, "authentication.loginEndpoint"},
		"an old form":      {emulator.Fault{Status: http.StatusOK, Body: `[{"name": "AzureCloud"}]`}, "it is not JSON"},
		"a proxy":          {emulator.Fault{Status: http.StatusBadGateway, Body: "<html>"}, "is there a proxy in between?\n\nAllow requests to that host in the proxy"},
		"a password":       {emulator.Fault{Path: "/nothing"}, "has more than a host and a path"},
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
			acctest.WantError(t, err, "metadata_host in the provider block", test.says)
			if err != nil && strings.Contains(err.Error(), "hidden") {
				t.Errorf("the error shows what is hidden:\n%v", err)
			}
			for _, request := range e.Requests() {
				if strings.Contains(string(request.Body), emulator.DefaultClientSecret) {
					t.Errorf("the secret was sent to %s", request.Path)
				}
			}
		})
	}
}

// A host that accepts the request and does not reply gets a minute.
func TestMetadataHostHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		err := signIn(t, acctest.NewEmulator(t), acctest.Attributes{"endpoint": nil, "metadata_host": "slow.example"}, func(options *azureml.Options) {
			options.Transport = failing{options.Transport, "slow.example", func(request *http.Request) error {
				<-request.Context().Done()
				return request.Context().Err()
			}}
		})
		if err == nil || !strings.Contains(err.Error(), "slow.example could not be reached") || time.Since(start) != time.Minute {
			t.Errorf("after %s: %v", time.Since(start), err)
		}
	})
}

// The public cloud is asked whether it knows the authority, unless that is switched off:
// then it gets no request.
func TestInstanceDiscovery(t *testing.T) {
	job := func(e *emulator.Emulator) acctest.Attributes {
		return without(acctest.Attributes{"use_oidc": true, "oidc_request_url": e.GitHubJob().RequestURL, "oidc_request_token": e.GitHubJob().RequestToken})
	}
	for name, method := range map[string]func(*emulator.Emulator) acctest.Attributes{
		"client secret": func(*emulator.Emulator) acctest.Attributes { return acctest.Attributes{} },
		"client certificate": func(*emulator.Emulator) acctest.Attributes {
			return without(acctest.Attributes{"client_certificate_path": file(t, "client.pfx", pfx(t, guideCertificate(), ""))})
		},
		"OpenID Connect": job,
	} {
		for _, discovery := range []struct {
			disabled any
			metadata bool
			sent     bool
		}{{nil, false, true}, {false, false, true}, {true, false, false}, {nil, true, false}, {false, true, true}} {
			t.Run(fmt.Sprintf("%s, disabled: %v, metadata host: %t", name, discovery.disabled, discovery.metadata), func(t *testing.T) {
				e := acctest.NewEmulator(t, emulator.WithCertificate(guideCertificate()))
				changes := method(e)
				changes["disable_instance_discovery"] = discovery.disabled
				if discovery.metadata {
					changes["endpoint"], changes["metadata_host"] = nil, strings.TrimPrefix(e.URL(), "https://")
				}
				must(t, signIn(t, e, changes))
				wantAttached(t, e)
				sent := false
				for _, request := range e.Requests() {
					sent = sent || strings.HasSuffix(request.Path, "/discovery/instance")
				}
				if sent != discovery.sent {
					t.Errorf("instance discovery was requested: %t, want %t", sent, discovery.sent)
				}
			})
		}
	}
}

// Each issuer of tokens gets the request that it documents.
func TestTokenIssuerRequest(t *testing.T) {
	for name, test := range map[string]struct {
		job          func(*emulator.Emulator) emulator.Job
		query        string
		want         string
		isAzureDevOp bool
	}{
		"GitHub Actions":               {(*emulator.Emulator).GitHubJob, "", "GET api-version=2.0&audience=api%3A%2F%2FAzureADTokenExchange", false},
		"GitHub Actions, an audience":  {(*emulator.Emulator).GitHubJob, "&audience=api%3A%2F%2Fown", "GET api-version=2.0&audience=api%3A%2F%2Fown", false},
		"Azure DevOps":                 {(*emulator.Emulator).AzureDevOpsJob, "", "POST api-version=7.1&serviceConnectionId=00000000-0000-0000-0000-0000000000b3", true},
		"Azure DevOps, an api-version": {(*emulator.Emulator).AzureDevOpsJob, "?api-version=7.2-preview.1", "POST api-version=7.2-preview.1&serviceConnectionId=00000000-0000-0000-0000-0000000000b3", true},
	} {
		t.Run(name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			job := test.job(e)
			changes := acctest.Attributes{"use_oidc": true, "oidc_request_url": job.RequestURL + test.query, "oidc_request_token": job.RequestToken}
			if job.ServiceConnectionID != "" {
				changes["oidc_azure_service_connection_id"] = job.ServiceConnectionID
			}
			err := signIn(t, e, without(changes))
			if test.query == "" {
				must(t, err) // Entra ID refuses another audience
			}
			for _, request := range e.Requests() {
				if !strings.Contains(request.Path, "/_apis/") {
					continue
				}
				if got := request.Method + " " + request.Query; got != test.want {
					t.Errorf("the request is %s, want %s", got, test.want)
				}
				contentType, redirect := "", ""
				if test.isAzureDevOp {
					contentType, redirect = "application/json", "Suppress"
				}
				for header, want := range map[string]string{
					"Accept": "application/json", "Authorization": "Bearer " + job.RequestToken, "Content-Type": contentType, "X-TFS-FedAuthRedirect": redirect,
				} {
					if got := request.Header.Get(header); got != want {
						t.Errorf("the header %s is %q, want %q", header, got, want)
					}
				}
				return
			}
			t.Error("the issuer got no request")
		})
	}
}

func TestTokenIssuerFails(t *testing.T) {
	for name, test := range map[string]struct {
		changes acctest.Attributes
		reply   emulator.Fault
		says    string
	}{
		"no JSON":        {nil, emulator.Fault{Status: http.StatusOK, Body: "<html>"}, "did not return an OpenID Connect token"},
		"no token":       {nil, emulator.Fault{Status: http.StatusOK, Body: "{}"}, "did not return an OpenID Connect token"},
		"half a token":   {nil, emulator.Fault{Status: http.StatusOK, Body: `{"value": "t", "message": 1}`}, "did not return an OpenID Connect token"},
		"a refusal":      {nil, emulator.Fault{Status: http.StatusForbidden, Body: `{"message": "not you"}`}, "token: 403 Forbidden not you\n"},
		"a bare refusal": {nil, emulator.Fault{Status: http.StatusForbidden, Body: "{}"}, "token: 403 Forbidden\n"},
		"no reply":       {acctest.Attributes{"oidc_request_url": "https://nowhere.example/token"}, emulator.Fault{}, "nowhere.example could not be reached"},
		"no address":     {acctest.Attributes{"oidc_request_url": "https://a b/"}, emulator.Fault{}, "oidc_request_url in the provider block is not a valid address"},
		"no host":        {acctest.Attributes{"oidc_request_url": "/token"}, emulator.Fault{}, "oidc_request_url in the provider block is not a valid address\n\nSet it to a whole address"},
		"no escape":      {acctest.Attributes{"oidc_request_url": "https://ci.example/%zz"}, emulator.Fault{}, "oidc_request_url in the provider block is not a valid address"},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			if test.reply.Status != 0 {
				test.reply.Path, test.reply.Times = "/_apis/", -1
				e.Inject(test.reply)
			}
			changes := acctest.Attributes{"use_oidc": true, "oidc_request_url": e.GitHubJob().RequestURL, "oidc_request_token": e.GitHubJob().RequestToken}
			maps.Copy(changes, test.changes)
			err := signIn(t, e, without(changes), func(options *azureml.Options) {
				options.Transport = failing{options.Transport, "nowhere.example", func(*http.Request) error { return errors.New("connect: no route to host") }}
			})
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v", err)
			}
		})
	}
}

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
