package provider_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	azuremlprovider "github.com/terraform-provider-azureml/terraform-provider-azureml/internal/provider"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// Schemas follow the framework's own rules. internal/functions checks its definitions in
// the same way.
func TestSchemasAreValid(t *testing.T) {
	p := azuremlprovider.New("test")()
	var schema provider.SchemaResponse
	p.Schema(t.Context(), provider.SchemaRequest{}, &schema)
	if diags := schema.Schema.ValidateImplementation(t.Context()); diags.HasError() {
		t.Errorf("the provider's schema is invalid: %v", diags)
	}
	for _, build := range p.Resources(t.Context()) {
		var response resource.SchemaResponse
		build().Schema(t.Context(), resource.SchemaRequest{}, &response)
		if diags := response.Schema.ValidateImplementation(t.Context()); diags.HasError() {
			t.Errorf("a resource's schema is invalid: %v", diags)
		}
		var identity resource.IdentitySchemaResponse
		build().(resource.ResourceWithIdentity).IdentitySchema(t.Context(), resource.IdentitySchemaRequest{}, &identity)
		if diags := identity.IdentitySchema.ValidateImplementation(t.Context()); diags.HasError() {
			t.Errorf("a resource's identity schema is invalid: %v", diags)
		}
	}
	for _, build := range p.DataSources(t.Context()) {
		var response datasource.SchemaResponse
		build().Schema(t.Context(), datasource.SchemaRequest{}, &response)
		if diags := response.Schema.ValidateImplementation(t.Context()); diags.HasError() {
			t.Errorf("a data source's schema is invalid: %v", diags)
		}
	}
	for _, build := range p.(provider.ProviderWithListResources).ListResources(t.Context()) {
		var response list.ListResourceSchemaResponse
		build().ListResourceConfigSchema(t.Context(), list.ListResourceSchemaRequest{}, &response)
		if diags := response.Schema.ValidateImplementation(t.Context()); diags.HasError() {
			t.Errorf("a list resource's schema is invalid: %v", diags)
		}
	}
}

func TestSignInFails(t *testing.T) {
	for name, test := range map[string]struct {
		changes acctest.Attributes
		says    []string
	}{
		"no tenant":                {acctest.Attributes{"tenant_id": nil, "use_cli": false}, []string{"client secret (client_secret in the provider block) lacks tenant_id (or ARM_TENANT_ID)"}},
		"no client":                {acctest.Attributes{"client_id": nil, "use_cli": false}, []string{"client secret (client_secret in the provider block) lacks client_id (or ARM_CLIENT_ID)"}},
		"unknown secret":           {acctest.Attributes{"client_secret": acctest.Unknown}, []string{"client_secret is known only after apply"}},
		"unknown cloud":            {acctest.Attributes{"environment": "germany"}, []string{"germany"}},
		"absent CA file":           {acctest.Attributes{"ca_certificate_path": "/no/such/file"}, []string{"ca_certificate_path in the provider block", "/no/such/file"}},
		"endpoint over plain http": {acctest.Attributes{"endpoint": acctest.Attributes{"resource_manager_endpoint": "http://127.0.0.1"}}, []string{"not a valid https address"}},
		"unknown endpoint":         {acctest.Attributes{"endpoint": acctest.Unknown}, []string{"endpoint is known only after apply"}},
		"unknown part of endpoint": {acctest.Attributes{"endpoint": acctest.Attributes{"resource_manager_endpoint": acctest.Unknown}}, []string{"endpoint.resource_manager_endpoint is known only after apply"}},
		"quote in subscription":    {acctest.Attributes{"client_secret": nil, "subscription_id": `"; rm`}, []string{"Azure CLI", "Use the subscription's id"}},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			err := signIn(t, e, test.changes)
			if err == nil {
				t.Fatal("it signed in")
			}
			for _, words := range test.says {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("the error does not say %q:\n%v", words, err)
				}
			}
			if strings.Contains(err.Error(), emulator.DefaultClientSecret) {
				t.Error("the error contains the secret")
			}
			if requests := e.ARMRequests(); len(requests) > 0 {
				t.Errorf("Resource Manager got requests: %v", requests)
			}
		})
	}
}

func TestSignInWithAzureCLI(t *testing.T) {
	e := acctest.NewEmulator(t)
	arguments := filepath.Join(t.TempDir(), "arguments")
	az(t, fmt.Sprintf(`echo "$@" > %q
echo '{"accessToken": %q, "expires_on": %d, "tokenType": "Bearer"}'`, arguments, e.Token(), time.Now().Add(time.Hour).Unix()))
	for name, test := range map[string]struct {
		changes   acctest.Attributes
		arguments string
	}{
		"default account":   {acctest.Attributes{"tenant_id": nil}, "account get-access-token -o json --resource https://management.core.windows.net/"},
		"of a tenant":       {nil, "account get-access-token -o json --resource https://management.core.windows.net/ --tenant " + emulator.DefaultTenantID},
		"of a subscription": {acctest.Attributes{"subscription_id": "my subscription"}, "account get-access-token -o json --resource https://management.core.windows.net/ --subscription my subscription"},
	} {
		t.Run(name, func(t *testing.T) {
			changes := acctest.Attributes{"client_id": nil, "client_secret": nil}
			maps.Copy(changes, test.changes)
			if err := signIn(t, e, changes); err != nil {
				t.Fatal(err)
			}
			e.RemoveCompute(emulator.DefaultWorkspaceID + "/computes/mybatchcompute")
			got, err := os.ReadFile(arguments)
			if err != nil || strings.TrimSpace(string(got)) != test.arguments {
				t.Errorf("az was called with %q, want %q; %v", got, test.arguments, err)
			}
		})
	}
}

func TestEndpointIsUnreachable(t *testing.T) {
	for name, host := range map[string]string{"Entra ID": "/oauth2/", "Resource Manager": "/subscriptions/"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := acctest.NewEmulator(t)
				err := signIn(t, e, nil, func(options *azureml.Options) {
					options.Transport = refusing{options.Transport, host}
				})
				acctest.WantError(t, err, "connection refused")
			})
		})
	}
}

// refusing is a network in which connections for one path are refused.
type refusing struct {
	next policy.Transporter
	path string
}

func (r refusing) Do(request *http.Request) (*http.Response, error) {
	if strings.Contains(request.URL.Path, r.path) {
		return nil, errors.New("dial tcp: connect: connection refused")
	}
	return r.next.Do(request)
}

// Requests name the provider, Terraform, the partner and the run.
func TestHeaders(t *testing.T) {
	e := acctest.NewEmulator(t)
	if err := signIn(t, e, acctest.Attributes{"partner_id": "11111111-1111-1111-1111-111111111111"}); err != nil {
		t.Fatal(err)
	}
	correlation := ""
	for _, request := range e.ARMRequests() {
		if agent := request.Header.Get("User-Agent"); agent != "terraform-provider-azureml/test Terraform/1.0.0-core pid-11111111-1111-1111-1111-111111111111" {
			t.Errorf("user agent %q", agent)
		}
		id := request.Header.Get("x-ms-correlation-request-id")
		if id == "" || correlation != "" && id != correlation {
			t.Errorf("correlation id %q after %q", id, correlation)
		}
		correlation = id
	}
}

// The correlation id can be set, and the block takes precedence over the variable.
func TestCorrelationID(t *testing.T) {
	const fromBlock, fromVariable = "22222222-2222-2222-2222-222222222222", "33333333-3333-3333-3333-333333333333"
	t.Setenv("ARM_CORRELATION_REQUEST_ID", fromVariable)
	for want, changes := range map[string]acctest.Attributes{fromVariable: nil, fromBlock: {"custom_correlation_request_id": fromBlock}} {
		e := acctest.NewEmulator(t)
		must(t, signIn(t, e, changes))
		for _, request := range e.ARMRequests() {
			if id := request.Header.Get("x-ms-correlation-request-id"); id != want {
				t.Errorf("correlation id %q, want %q", id, want)
			}
		}
	}
}
