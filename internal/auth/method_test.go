package auth_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
)

type (
	block       = map[auth.Name]string
	environment = map[string]string
)

func settings(values block, variables environment) auth.Settings {
	return auth.NewSettings(values, func(variable string) string { return variables[variable] })
}

// with returns a copy of some, with more added.
func with[Key comparable](some map[Key]string, more map[Key]string) map[Key]string {
	all := maps.Clone(some)
	maps.Copy(all, more)
	return all
}

var (
	application         = block{auth.TenantID: "t", auth.ClientID: "c"}
	applicationVariable = environment{"ARM_TENANT_ID": "t", "ARM_CLIENT_ID": "c"}
	secretVariable      = with(applicationVariable, environment{"ARM_CLIENT_SECRET": "s"})
	certificateVariable = with(applicationVariable, environment{"ARM_CLIENT_CERTIFICATE_PATH": "p"})
	tokenVariable       = with(applicationVariable, environment{"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": "t"})
	// pod holds the variables that AKS sets.
	pod = environment{"AZURE_TENANT_ID": "t", "AZURE_CLIENT_ID": "c", "AZURE_FEDERATED_TOKEN_FILE": "f"}
)

// Which method is chosen, and which are reported as skipped. The letters are the rows of
// a comparison with azurerm and azapi.
func TestChoose(t *testing.T) {
	for name, test := range map[string]struct {
		block       block
		environment environment
		method      auth.Method
		source      string
		skipped     []string
	}{
		"nothing at all": {nil, nil, auth.CLIMethod, "the default", nil},
		"a secret in the block": {
			with(application, block{auth.ClientSecret: "s"}), nil,
			auth.ClientSecretMethod, "client_secret in the provider block", nil,
		},
		"a secret in the environment": {nil, secretVariable, auth.ClientSecretMethod, "the environment variable ARM_CLIENT_SECRET", nil},
		"a secret of both": {
			block{auth.TenantID: "t", auth.ClientID: "c"},
			environment{"ARM_CLIENT_SECRET": "s"},
			auth.ClientSecretMethod, "ARM_CLIENT_SECRET", nil,
		},
		"a secret's file in the block, a secret in the environment": {
			with(application, block{auth.ClientSecretFilePath: "/no/such/file"}),
			environment{"ARM_CLIENT_SECRET": "s"},
			auth.ClientSecretMethod, "client_secret_file_path in the provider block", nil,
		},
		"both forms of a certificate": {
			nil, with(certificateVariable, environment{"ARM_CLIENT_CERTIFICATE": "c"}),
			auth.ClientCertificateMethod, "the environment variable ARM_CLIENT_CERTIFICATE", nil,
		},
		"a certificate before a secret": {
			nil, with(secretVariable, certificateVariable),
			auth.ClientCertificateMethod, "ARM_CLIENT_CERTIFICATE_PATH",
			[]string{"client secret (the environment variable ARM_CLIENT_SECRET) is complete, but comes later"},
		},
		"A: use_oidc with no token": {
			with(application, block{auth.UseOIDC: "true"}), nil,
			auth.CLIMethod, "the default",
			[]string{"OpenID Connect (use_oidc in the provider block) lacks a token: oidc_token"},
		},
		"A: use_oidc with no tenant": {
			block{auth.UseOIDC: "true"},
			environment{"ARM_OIDC_TOKEN": "t"},
			auth.CLIMethod, "the default",
			[]string{"lacks tenant_id (or ARM_TENANT_ID), and client_id (or ARM_CLIENT_ID)"},
		},
		"A: ARM_USE_OIDC, and half of a job's variables": {
			nil, with(applicationVariable, environment{"ARM_USE_OIDC": "1", "ACTIONS_ID_TOKEN_REQUEST_URL": "u"}),
			auth.CLIMethod, "the default",
			[]string{"lacks oidc_request_token (or ARM_OIDC_REQUEST_TOKEN)"},
		},
		"A: Azure DevOps without a service connection": {
			nil, with(applicationVariable, environment{"ARM_USE_OIDC": "1", "SYSTEM_OIDCREQUESTURI": "u", "SYSTEM_ACCESSTOKEN": "t"}),
			auth.CLIMethod, "the default",
			[]string{"lacks oidc_azure_service_connection_id (or ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID)"},
		},
		"A: the other half of a job's variables": {
			nil, with(applicationVariable, environment{"ARM_USE_OIDC": "1", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t"}),
			auth.CLIMethod, "the default",
			[]string{"lacks oidc_request_url (or ARM_OIDC_REQUEST_URL)"},
		},
		"A: Azure DevOps by its address": {
			nil, with(applicationVariable, environment{"ARM_USE_OIDC": "1", "ARM_OIDC_REQUEST_URL": "https://dev.azure.example/oidctoken", "ARM_OIDC_REQUEST_TOKEN": "t"}),
			auth.CLIMethod, "the default",
			[]string{"lacks oidc_azure_service_connection_id (or ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID)"},
		},
		"A: Azure DevOps with a service connection": {
			nil, with(applicationVariable, environment{
				"ARM_USE_OIDC": "1", "ARM_OIDC_REQUEST_URL": "https://dev.azure.example/oidctoken", "ARM_OIDC_REQUEST_TOKEN": "t", "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID": "s",
			}),
			auth.OIDCMethod, "ARM_USE_OIDC", nil,
		},
		"A: an address that is none": {
			nil, with(applicationVariable, environment{"ARM_USE_OIDC": "1", "ARM_OIDC_REQUEST_URL": "https://ci.example/%zz/oidctoken", "ARM_OIDC_REQUEST_TOKEN": "t"}),
			auth.OIDCMethod, "ARM_USE_OIDC", nil,
		},
		"A: use_oidc, and AKS switched off": {
			with(application, block{auth.UseOIDC: "true", auth.UseAKSWorkloadIdentity: "false", auth.OIDCToken: "t"}), nil,
			auth.OIDCMethod, "use_oidc in the provider block", nil,
		},
		"B: a secret without tenant": {
			nil,
			environment{"ARM_CLIENT_SECRET": "s", "ARM_CLIENT_ID": "c"},
			auth.CLIMethod, "the default",
			[]string{"client secret (the environment variable ARM_CLIENT_SECRET) lacks tenant_id (or ARM_TENANT_ID)"},
		},
		"B: a secret without client": {nil, environment{"ARM_CLIENT_SECRET": "s", "ARM_TENANT_ID": "c"}, auth.CLIMethod, "the default", []string{"lacks client_id"}},
		"C: use_oidc in the block, a secret in the environment": {
			block{auth.UseOIDC: "true", auth.OIDCToken: "t"},
			secretVariable,
			auth.OIDCMethod, "use_oidc in the provider block",
			[]string{"client secret (the environment variable ARM_CLIENT_SECRET) is complete, but"},
		},
		"C: the same, incomplete": {
			block{auth.UseOIDC: "true"},
			secretVariable,
			auth.ClientSecretMethod, "ARM_CLIENT_SECRET",
			[]string{"OpenID Connect (use_oidc in the provider block) lacks a token"},
		},
		"C: AKS in the block, a secret in the environment": {
			block{auth.UseAKSWorkloadIdentity: "true"},
			with(secretVariable, pod),
			auth.AKSMethod, "use_aks_workload_identity in the provider block",
			[]string{"client secret"},
		},
		"C: a secret in the block, a certificate in the environment": {
			with(application, block{auth.ClientSecret: "s"}), certificateVariable,
			auth.ClientSecretMethod, "client_secret in the provider block",
			[]string{"client certificate"},
		},
		"C: use_msi in the block, a secret in the environment": {
			block{auth.UseMSI: "true"},
			secretVariable,
			auth.ClientSecretMethod, "ARM_CLIENT_SECRET",
			[]string{"managed identity (use_msi in the provider block) is complete, but comes later in the order"},
		},
		"C: the same, with half a secret": {
			block{auth.UseMSI: "true"},
			environment{"ARM_CLIENT_SECRET": "s"},
			auth.ManagedIdentityMethod, "use_msi in the provider block",
			[]string{"client secret"},
		},
		"D: use_cli in the block, a secret in the environment": {
			block{auth.UseCLI: "true"},
			secretVariable,
			auth.ClientSecretMethod, "ARM_CLIENT_SECRET",
			[]string{"Azure CLI (use_cli in the provider block) is complete, but comes later"},
		},
		"E: az and OpenID Connect": {
			with(application, block{auth.UseCLI: "true", auth.UseOIDC: "true", auth.OIDCToken: "t"}), nil,
			auth.OIDCMethod, "use_oidc",
			[]string{"Azure CLI"},
		},
		"E: managed identity and OpenID Connect": {
			with(application, block{auth.UseMSI: "true", auth.UseOIDC: "true", auth.OIDCToken: "t"}), nil,
			auth.OIDCMethod, "use_oidc",
			[]string{"managed identity"},
		},
		"E: managed identity and OpenID Connect without a token": {
			with(application, block{auth.UseMSI: "true", auth.UseOIDC: "true"}), nil,
			auth.ManagedIdentityMethod, "use_msi",
			[]string{"OpenID Connect"},
		},
		"E: a secret and OpenID Connect": {
			with(application, block{auth.ClientSecret: "s", auth.UseOIDC: "true", auth.OIDCToken: "t"}), nil,
			auth.ClientSecretMethod, "client_secret",
			[]string{"OpenID Connect"},
		},
		"E: AKS and OpenID Connect": {
			block{auth.UseAKSWorkloadIdentity: "true", auth.UseOIDC: "true"},
			pod,
			auth.AKSMethod, "use_aks_workload_identity", nil,
		},
		"F: a token without use_oidc": {with(application, block{auth.OIDCToken: "t"}), nil, auth.CLIMethod, "the default", nil},
		"G: ARM_USE_OIDC and a secret": {
			nil, with(secretVariable, tokenVariable),
			auth.ClientSecretMethod, "ARM_CLIENT_SECRET",
			[]string{"OpenID Connect (the environment variable ARM_USE_OIDC) is complete, but"},
		},
		"H: ARM_USE_MSI and ARM_USE_OIDC, no token": {
			nil,
			environment{"ARM_USE_MSI": "true", "ARM_USE_OIDC": "true"},
			auth.ManagedIdentityMethod, "ARM_USE_MSI",
			[]string{"OpenID Connect"},
		},
		"I: the variables of the Azure SDKs": {
			nil, with(pod, environment{
				"AZURE_CLIENT_SECRET": "s", "AZURE_CLIENT_CERTIFICATE_PATH": "p", "AZURE_CLIENT_CERTIFICATE_PASSWORD": "p",
				"AZURE_USERNAME": "u", "AZURE_PASSWORD": "p",
			}), auth.CLIMethod, "the default", nil,
		},
		"I: they complete nothing": {
			nil, with(pod, environment{"ARM_CLIENT_SECRET": "s", "ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": "t"}),
			auth.CLIMethod, "the default",
			[]string{"client secret", "OpenID Connect"},
		},
		"AKS completes a secret, as azurerm does": {
			nil,
			environment{"ARM_CLIENT_SECRET": "s", "ARM_USE_AKS_WORKLOAD_IDENTITY": "true", "AZURE_TENANT_ID": "t", "AZURE_CLIENT_ID": "c"},
			auth.ClientSecretMethod, "ARM_CLIENT_SECRET",
			[]string{"AKS workload identity (the environment variable ARM_USE_AKS_WORKLOAD_IDENTITY) lacks oidc_token_file_path"},
		},
		"a pod's token file is AKS's alone": {nil, with(applicationVariable, with(pod, environment{"ARM_USE_OIDC": "true"})), auth.CLIMethod, "the default", []string{"a token"}},
		"a runner's variables choose nothing": {
			nil,
			environment{"ACTIONS_ID_TOKEN_REQUEST_URL": "u", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t", "SYSTEM_ACCESSTOKEN": "t"},
			auth.CLIMethod, "the default", nil,
		},
		"a runner's variables with ARM_USE_OIDC": {
			nil, with(applicationVariable, environment{"ACTIONS_ID_TOKEN_REQUEST_URL": "u", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t", "ARM_USE_OIDC": "true"}),
			auth.OIDCMethod, "ARM_USE_OIDC", nil,
		},
		"white space counts as empty": {nil, with(secretVariable, environment{"ARM_TENANT_ID": " \r\n"}), auth.CLIMethod, "the default", []string{"lacks tenant_id"}},
		"the block switches the environment off": {
			block{auth.UseOIDC: "false"},
			with(tokenVariable, environment{"ARM_USE_MSI": "1"}),
			auth.ManagedIdentityMethod, "ARM_USE_MSI", nil,
		},
		"an empty value in the block hides the environment's": {block{auth.ClientSecret: ""}, secretVariable, auth.CLIMethod, "the default", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := settings(test.block, test.environment)
			choice, err := s.Choose()
			if err != nil || choice.Method != test.method || !strings.HasSuffix(choice.Source, test.source) && !strings.HasPrefix(choice.Source, test.source) {
				t.Errorf("it chose %s, %v; want %s by %s", choice, err, test.method, test.source)
			}
			if before := settings(test.block, test.environment); s.Get(auth.ClientID) != before.Get(auth.ClientID) {
				t.Errorf("client_id is %q now, and was %q", s.Get(auth.ClientID), before.Get(auth.ClientID))
			}
			if len(choice.Skipped) != len(test.skipped) {
				t.Fatalf("%d methods were skipped, want %d: %q", len(choice.Skipped), len(test.skipped), choice.Skipped)
			}
			for i, words := range test.skipped {
				if !strings.Contains(choice.Skipped[i], words) {
					t.Errorf("it does not say %q: %s", words, choice.Skipped[i])
				}
			}
		})
	}
}

// If no method is complete, the error lists each that is switched on, with all inputs that
// it lacks.
func TestChooseWithoutCompleteMethod(t *testing.T) {
	for name, test := range map[string]struct {
		block block
		says  []string
	}{
		"nothing is switched on": {
			block{auth.UseCLI: "false"},
			[]string{"no sign-in method is configured", "switched off by use_cli in the provider block"},
		},
		"three are incomplete": {
			block{auth.UseCLI: "false", auth.ClientSecret: "s", auth.ClientCertificatePath: "p", auth.UseOIDC: "true", auth.TenantID: "t"},
			[]string{
				"- client certificate (client_certificate_path in the provider block) lacks client_id (or ARM_CLIENT_ID)\n",
				"- client secret (client_secret in the provider block) lacks client_id (or ARM_CLIENT_ID)\n",
				"- OpenID Connect (use_oidc in the provider block) lacks client_id (or ARM_CLIENT_ID), and a token: oidc_token",
				"switched off by use_cli in the provider block",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := settings(test.block, nil).Choose()
			if err == nil {
				t.Fatal("it chose a method")
			}
			for _, words := range test.says {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("the error does not say %q: %v", words, err)
				}
			}
		})
	}
}

// An empty file counts as none. A file that cannot be read is an error of its method, not
// a reason to choose another.
func TestChooseByFiles(t *testing.T) {
	empty, full := filepath.Join(t.TempDir(), "empty"), filepath.Join(t.TempDir(), "full")
	for path, content := range map[string]string{empty: "\ufeff \r\n", full: "c"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		secret, client string
		want           auth.Method
		says           string
	}{
		"both":           {full, full, auth.ClientSecretMethod, ""},
		"empty secret":   {empty, full, auth.CLIMethod, "client_secret: the file " + empty + " (the environment variable ARM_CLIENT_SECRET_FILE_PATH) is empty"},
		"empty client":   {full, empty, auth.CLIMethod, "client_id: the file " + empty},
		"absent secret":  {"/no/such/file", full, auth.ClientSecretMethod, ""},
		"no client file": {full, "", auth.CLIMethod, "lacks client_id (or ARM_CLIENT_ID)"},
	} {
		t.Run(name, func(t *testing.T) {
			choice, err := settings(nil, environment{"ARM_TENANT_ID": "t", "ARM_CLIENT_SECRET_FILE_PATH": test.secret, "ARM_CLIENT_ID_FILE_PATH": test.client}).Choose()
			if err != nil || choice.Method != test.want {
				t.Errorf("it chose %s, %v; want %s", choice, err, test.want)
			}
			if test.want == auth.CLIMethod && (len(choice.Skipped) != 1 || !strings.Contains(choice.Skipped[0], test.says)) {
				t.Errorf("skipped: %q, want one for %q", choice.Skipped, test.says)
			}
		})
	}
}
