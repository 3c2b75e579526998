package provider_test

import (
	"bytes"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// tokensOf returns the distinct tokens that Resource Manager received, in order.
func tokensOf(e *emulator.Emulator) (tokens []string) {
	for _, request := range e.ARMRequests() {
		if token := request.Header.Get("Authorization"); !slices.Contains(tokens, token) {
			tokens = append(tokens, token)
		}
	}
	return tokens
}

// An attach may take longer than a token is valid.
func TestTokenIsRenewed(t *testing.T) {
	for name, changes := range map[string]func(*emulator.Emulator) acctest.Attributes{
		"client secret": func(*emulator.Emulator) acctest.Attributes { return nil },
		"GitHub Actions": func(e *emulator.Emulator) acctest.Attributes {
			return without(acctest.Attributes{"use_oidc": true, "oidc_request_url": e.GitHubJob().RequestURL, "oidc_request_token": e.GitHubJob().RequestToken})
		},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t, emulator.WithTokenLifetime(15*time.Minute), emulator.WithOperationDuration(50*time.Minute, 0))
			must(t, signIn(t, e, changes(e), acctest.AsShipped))
			wantAttached(t, e)
			// A token is renewed five minutes before it expires.
			if got := len(tokensOf(e)); got != 5 {
				t.Errorf("%d tokens in 50 minutes, want 5", got)
			}
			for _, request := range e.ARMRequests() {
				if request.Status == http.StatusUnauthorized {
					t.Errorf("%s %s was refused", request.Method, request.Path)
				}
			}
		})
	}
}

// The token file is read again for each token: its writer replaces it before it expires.
func TestTokenFileIsReadAgain(t *testing.T) {
	for name, method := range map[string]string{"OpenID Connect": "use_oidc", "AKS workload identity": "use_aks_workload_identity"} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t, emulator.WithTokenLifetime(15*time.Minute), emulator.WithOperationDuration(50*time.Minute, 0))
			token := func() []byte {
				brief := emulator.ClusterFederation
				brief.Expires = time.Now().Add(3 * time.Minute)
				return []byte(e.SignFederatedToken(brief))
			}
			path := file(t, "token", token())
			rotation := time.NewTicker(2 * time.Minute)
			defer rotation.Stop()
			done := make(chan struct{})
			defer close(done)
			go func() {
				for {
					select {
					case <-rotation.C:
						if err := os.WriteFile(path, token(), 0o600); err != nil {
							t.Error(err)
						}
					case <-done:
						return
					}
				}
			}()
			must(t, signIn(t, e, without(acctest.Attributes{method: true, "oidc_token_file_path": path}), acctest.AsShipped))
			wantAttached(t, e)
			if got := len(tokensOf(e)); got != 5 {
				t.Errorf("%d tokens in 50 minutes, want 5", got)
			}
		})
	}
}

// Azure may revoke a token before it expires, and says which claims the next one needs.
func TestClaimsChallengeIsAnswered(t *testing.T) {
	for name, when := range map[string]func(*http.Request) bool{
		"at a read":     func(request *http.Request) bool { return request.Method == http.MethodGet },
		"at the attach": func(request *http.Request) bool { return request.Method == http.MethodPut },
		"while waiting": func(request *http.Request) bool { return strings.Contains(request.URL.Path, "computeOperationsStatus") },
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t, emulator.WithOperationDuration(time.Minute, 0))
			var revoke sync.Once
			must(t, signIn(t, e, nil, acctest.AsShipped, func(options *azureml.Options) {
				options.Transport = before{options.Transport, func(request *http.Request) {
					// The first token must have been issued.
					if when(request) && request.Header.Get("Authorization") != "" {
						revoke.Do(e.RevokeTokens)
					}
				}}
			}))
			wantAttached(t, e)
			// Reads are sent together, so several may be refused. azcore's token cache may return the old token for one that is sent
			// while another is refused, so a request may be refused twice.
			refused := map[string]int{}
			for _, request := range e.ARMRequests() {
				if request.Status == http.StatusUnauthorized {
					refused[request.Method+" "+request.Path]++
				}
			}
			if got := len(tokensOf(e)); len(refused) == 0 || slices.Max(slices.Collect(maps.Values(refused))) > 2 || got != 2 {
				t.Errorf("refused were %v, and %d tokens used; want each twice at most, and 2 tokens", refused, got)
			}
			var claims []string
			for _, request := range e.Requests() {
				form, err := url.ParseQuery(string(request.Body))
				if err == nil && form.Has("grant_type") {
					claims = append(claims, form.Get("claims"))
				}
			}
			if len(claims) < 2 || len(claims) > 1+2*len(refused) || strings.Contains(claims[0], "nbf") || !strings.Contains(claims[1], `"nbf"`) {
				t.Errorf("the tokens were requested with the claims %q", claims)
			}
		})
	}
}

// before calls a function with each request before it is sent.
type before struct {
	next interface {
		Do(*http.Request) (*http.Response, error)
	}
	call func(*http.Request)
}

// beforeMu serializes the calls: requests are sent concurrently.
var beforeMu sync.Mutex

func (b before) Do(request *http.Request) (*http.Response, error) {
	beforeMu.Lock()
	b.call(request)
	beforeMu.Unlock()
	return b.next.Do(request)
}

const otherTenant = "00000000-0000-0000-0000-0000000000ab"

// auxiliaryOf returns the tenant of the auxiliary token that is sent with every request;
// empty for none.
func auxiliaryOf(t *testing.T, e *emulator.Emulator) string {
	t.Helper()
	var tenants []string
	for _, request := range e.ARMRequests() {
		tenant := ""
		if header := request.Header.Get("x-ms-authorization-auxiliary"); header != "" {
			tenant = claimsOf(t, header).Tenant
		}
		tenants = append(tenants, tenant)
	}
	if tenants = slices.Compact(tenants); len(tenants) != 1 {
		t.Fatalf("the requests have different auxiliary tenants: %q", tenants)
	}
	return tenants[0]
}

func TestAuxiliaryTenants(t *testing.T) {
	t.Run("client secret", func(t *testing.T) {
		e := acctest.NewEmulator(t, emulator.WithAuxiliaryTenant(otherTenant))
		must(t, signIn(t, e, acctest.Attributes{"auxiliary_tenant_ids": []tftypes.Value{tftypes.NewValue(tftypes.String, otherTenant)}}))
		if tenant := auxiliaryOf(t, e); tenant != otherTenant {
			t.Errorf("the auxiliary token is for tenant %q", tenant)
		}
	})
	t.Run("client certificate", func(t *testing.T) {
		e := acctest.NewEmulator(t, emulator.WithAuxiliaryTenant(otherTenant), emulator.WithCertificate(guideCertificate()))
		must(t, signIn(t, e, without(acctest.Attributes{
			"auxiliary_tenant_ids":    []tftypes.Value{tftypes.NewValue(tftypes.String, otherTenant)},
			"client_certificate_path": file(t, "client.pfx", pfx(t, guideCertificate(), "")),
		})))
		if tenant := auxiliaryOf(t, e); tenant != otherTenant {
			t.Errorf("the auxiliary token is for tenant %q", tenant)
		}
	})
	t.Run("OpenID Connect", func(t *testing.T) {
		e := acctest.NewEmulator(t, emulator.WithAuxiliaryTenant(otherTenant))
		must(t, signIn(t, e, without(acctest.Attributes{
			"auxiliary_tenant_ids": []tftypes.Value{tftypes.NewValue(tftypes.String, otherTenant)},
			"use_oidc":             true, "oidc_request_url": e.GitHubJob().RequestURL, "oidc_request_token": e.GitHubJob().RequestToken,
		})))
		if tenant := auxiliaryOf(t, e); tenant != otherTenant {
			t.Errorf("the auxiliary token is for tenant %q", tenant)
		}
	})
	t.Run("from the environment", func(t *testing.T) {
		t.Setenv("ARM_AUXILIARY_TENANT_IDS", otherTenant)
		e := acctest.NewEmulator(t, emulator.WithAuxiliaryTenant(otherTenant))
		must(t, signIn(t, e, nil))
		if tenant := auxiliaryOf(t, e); tenant != otherTenant {
			t.Errorf("the auxiliary token is for tenant %q", tenant)
		}
	})
	t.Run("a tenant without the application", func(t *testing.T) {
		err := signIn(t, acctest.NewEmulator(t), acctest.Attributes{"auxiliary_tenant_ids": []tftypes.Value{tftypes.NewValue(tftypes.String, otherTenant)}})
		acctest.WantError(t, err, "AADSTS90002: Tenant '"+otherTenant, ", to tenant "+otherTenant+" of auxiliary_tenant_ids, failed:", "\n\nCheck auxiliary_tenant_ids, and environment")
	})
	// az accepts a subscription or a tenant, not both.
	t.Run("Azure CLI with a subscription", func(t *testing.T) {
		e := acctest.NewEmulator(t)
		arguments := signedInCLI(t, e)
		must(t, signIn(t, e, without(acctest.Attributes{"subscription_id": "my subscription", "auxiliary_tenant_ids": []tftypes.Value{tftypes.NewValue(tftypes.String, otherTenant)}})))
		got, err := os.ReadFile(arguments)
		must(t, err)
		for call := range bytes.Lines(got) {
			if bytes.Contains(call, []byte("--tenant")) == bytes.Contains(call, []byte("--subscription")) {
				t.Errorf("az was called with %s", call)
			}
		}
		if !bytes.Contains(got, []byte("--tenant "+otherTenant)) {
			t.Errorf("az was called with %s", got)
		}
		if auxiliaryOf(t, e) == "" {
			t.Error("no auxiliary token is sent")
		}
	})
	t.Run("managed identity, which has one tenant", func(t *testing.T) {
		const identity = "00000000-0000-0000-0000-0000000000e3"
		e := acctest.NewEmulator(t, emulator.WithManagedIdentities("", identity))
		must(t, signIn(t, e, without(acctest.Attributes{"use_msi": true, "client_id": identity, "auxiliary_tenant_ids": []tftypes.Value{tftypes.NewValue(tftypes.String, otherTenant)}})))
		if tenant := auxiliaryOf(t, e); tenant != "" {
			t.Errorf("an auxiliary token for tenant %q is sent", tenant)
		}
	})
}
