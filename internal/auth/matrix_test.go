package auth_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
)

// ways are the methods in the order in which the environment's are taken, each with
// what asks for it in a block and in the environment.
var ways = []struct {
	short    string
	method   auth.Method
	name     auth.Name
	value    string
	variable string
	other    string // the Azure SDKs' variable, where there is one
}{
	{"certificate", auth.ClientCertificateMethod, auth.ClientCertificatePath, "client.pfx", "ARM_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PATH"},
	{"secret", auth.ClientSecretMethod, auth.ClientSecret, "s", "ARM_CLIENT_SECRET", "AZURE_CLIENT_SECRET"},
	{"oidc", auth.OIDCMethod, auth.UseOIDC, "true", "ARM_USE_OIDC", ""},
	{"aks", auth.AKSMethod, auth.UseAKSWorkloadIdentity, "true", "ARM_USE_AKS_WORKLOAD_IDENTITY", ""},
	{"msi", auth.ManagedIdentityMethod, auth.UseMSI, "true", "ARM_USE_MSI", ""},
	{"cli", auth.CLIMethod, auth.UseCLI, "true", "ARM_USE_CLI", ""},
}

// One method in the block (a line) and one in the environment (a column).
func TestChooseBetweenBlockAndEnvironment(t *testing.T) {
	matrix := `
none          certificate  secret       oidc         aks          msi          cli          cli
certificate   certificate  certificate  certificate  certificate  certificate  certificate  certificate
secret        secret       secret       secret       secret       secret       secret       secret
oidc          oidc         oidc         oidc         oidc         oidc         oidc         oidc
aks           aks          aks          aks          aks          aks          aks          aks
msi           msi          msi          msi          msi          msi          msi          msi
cli           cli          cli          cli          cli          cli          cli          cli
`
	for line := range strings.Lines(strings.TrimSpace(matrix)) {
		cells := strings.Fields(line)
		for column, want := range cells[1:] {
			block, environment, variable := map[auth.Name]string{}, map[string]string{}, "none"
			for _, way := range ways {
				if way.short == cells[0] {
					block[way.name] = way.value
				}
			}
			if column < len(ways) {
				variable = ways[column].variable
				environment[variable] = ways[column].value
			}
			choice, err := settings(block, environment).Choose()
			if err != nil || short(choice) != want {
				t.Errorf("%s in the block and %s in the environment: %s, %v; want %s", cells[0], variable, choice, err, want)
			}
			source := "in the provider block"
			if cells[0] == "none" {
				source = "the environment variable " + variable
			}
			if variable == "none" && cells[0] == "none" {
				source = "the default"
			}
			if !strings.Contains(choice.Source, source) {
				t.Errorf("%s in the block and %s in the environment: chosen by %q", cells[0], variable, choice.Source)
			}
		}
	}
}

func short(choice auth.Choice) string {
	for _, way := range ways {
		if way.method == choice.Method {
			return way.short
		}
	}
	return string(choice.Method)
}

// Two methods in one place: the block contradicts itself, and the environment's are
// taken in their order.
func TestChooseBetweenTwo(t *testing.T) {
	for i, one := range ways {
		for _, other := range ways[i+1:] {
			_, err := settings(map[auth.Name]string{one.name: one.value, other.name: other.value}, nil).Choose()
			if err == nil || !strings.Contains(err.Error(), string(one.name)) || !strings.Contains(err.Error(), string(other.name)) {
				t.Errorf("%s and %s in one block: %v", one.short, other.short, err)
			}
			environment := map[string]string{one.variable: one.value, other.variable: other.value}
			choice, err := settings(nil, environment).Choose()
			if err != nil || choice.Method != one.method {
				t.Errorf("%s and %s in the environment: %s, %v", one.short, other.short, choice, err)
			}
		}
	}
}

// What signs in for azurerm signs in here, whatever the Azure SDKs find in the
// environment as well.
func TestChooseTheVariablesOfAzurermFirst(t *testing.T) {
	for _, one := range ways {
		for _, other := range ways {
			if other.other == "" {
				continue
			}
			environment := map[string]string{one.variable: one.value, other.other: other.value}
			choice, err := settings(nil, environment).Choose()
			if err != nil || choice.Method != one.method {
				t.Errorf("%s and %s: %s, %v", one.variable, other.other, choice, err)
			}
		}
	}
}

// What belongs to one method does not contradict itself, and what the block says is not
// undone by the environment.
func TestChooseByMoreThanOneSetting(t *testing.T) {
	for name, test := range map[string]struct {
		block       map[auth.Name]string
		environment map[string]string
		want        auth.Method
	}{
		"a token file is AKS' too":               {map[auth.Name]string{auth.UseAKSWorkloadIdentity: "true", auth.OIDCTokenFilePath: "f"}, nil, auth.AKSMethod},
		"use_oidc and its token":                 {map[auth.Name]string{auth.UseOIDC: "true", auth.OIDCToken: "t"}, nil, auth.OIDCMethod},
		"a certificate twice":                    {map[auth.Name]string{auth.ClientCertificate: "c", auth.ClientCertificatePath: "f"}, nil, auth.ClientCertificateMethod},
		"the environment switches nothing off":   {map[auth.Name]string{auth.OIDCToken: "t"}, map[string]string{"ARM_USE_OIDC": "false"}, auth.OIDCMethod},
		"the block switches its own token off":   {map[auth.Name]string{auth.OIDCToken: "t", auth.UseOIDC: "false"}, nil, auth.CLIMethod},
		"the block switches a variable off":      {map[auth.Name]string{auth.UseMSI: "false"}, map[string]string{"ARM_USE_MSI": "true"}, auth.CLIMethod},
		"a token in the environment is no order": {nil, map[string]string{"ARM_OIDC_TOKEN": "t", "AZURE_FEDERATED_TOKEN_FILE": "f"}, auth.CLIMethod},
	} {
		t.Run(name, func(t *testing.T) {
			choice, err := settings(test.block, test.environment).Choose()
			if err != nil || choice.Method != test.want {
				t.Errorf("got %s, %v; want %s", choice, err, test.want)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	for name, test := range map[string]struct {
		block       map[auth.Name]string
		environment map[string]string
		says        string
	}{
		"a switch that is none":     {nil, map[string]string{"ARM_USE_MSI": "maybe"}, `the environment variable ARM_USE_MSI is "maybe"`},
		"another":                   {nil, map[string]string{"AZUREML_PREFLIGHT": "2"}, "AZUREML_PREFLIGHT"},
		"a partner that is no GUID": {map[auth.Name]string{auth.PartnerID: "me"}, nil, `partner_id in the provider block is "me"`},
		"in the environment":        {nil, map[string]string{"ARM_PARTNER_ID": "me"}, "ARM_PARTNER_ID"},
		"a line break in an id":     {map[auth.Name]string{auth.CorrelationRequestID: "a\nb"}, nil, "custom_correlation_request_id"},
		"a tenant with a space":     {map[auth.Name]string{auth.TenantID: "my tenant"}, nil, `"my tenant" is no tenant`},
		"four more tenants":         {nil, map[string]string{"ARM_AUXILIARY_TENANT_IDS": "a;b;c;d"}, "names 4 tenants"},
	} {
		t.Run(name, func(t *testing.T) {
			err := settings(test.block, test.environment).Check()
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v", err)
			}
		})
	}
	good := map[string]string{"ARM_USE_MSI": "True", "ARM_USE_CLI": "0", "ARM_PARTNER_ID": "11111111-1111-1111-1111-111111111111", "ARM_TENANT_ID": "contoso.onmicrosoft.com", "ARM_AUXILIARY_TENANT_IDS": "a;b;c"}
	if err := settings(nil, maps.Clone(good)).Check(); err != nil {
		t.Error(err)
	}
}
