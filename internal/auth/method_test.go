package auth_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
)

func settings(block map[auth.Name]string, environment map[string]string) auth.Settings {
	return auth.NewSettings(block, func(variable string) string { return environment[variable] })
}

func TestChoose(t *testing.T) {
	for name, test := range map[string]struct {
		block       map[auth.Name]string
		environment map[string]string
		method      auth.Method
		source      string
	}{
		"nothing at all": {nil, nil, auth.CLIMethod, "default"},
		"secret in the block": {
			map[auth.Name]string{auth.ClientSecret: "s"},
			nil,
			auth.ClientSecretMethod, "client_secret in the provider block",
		},
		"secret in the environment": {
			nil,
			map[string]string{"ARM_CLIENT_SECRET": "s"},
			auth.ClientSecretMethod, "the environment variable ARM_CLIENT_SECRET",
		},
		"secret in the SDK's variable": {
			nil,
			map[string]string{"AZURE_CLIENT_SECRET": "s"},
			auth.ClientSecretMethod, "the environment variable AZURE_CLIENT_SECRET",
		},
		"ARM beats AZURE": {
			nil,
			map[string]string{"AZURE_CLIENT_SECRET": "s", "ARM_CLIENT_SECRET": "s"},
			auth.ClientSecretMethod, "the environment variable ARM_CLIENT_SECRET",
		},
		"block beats environment": {
			map[auth.Name]string{auth.UseMSI: "true"},
			map[string]string{"ARM_CLIENT_SECRET": "s"},
			auth.ManagedIdentityMethod, "use_msi in the provider block",
		},
		"certificate before secret": {
			nil,
			map[string]string{"ARM_CLIENT_SECRET": "s", "ARM_CLIENT_CERTIFICATE_PATH": "p"},
			auth.ClientCertificateMethod, "the environment variable ARM_CLIENT_CERTIFICATE_PATH",
		},
		"a runner's variables choose nothing": {
			nil,
			map[string]string{"ACTIONS_ID_TOKEN_REQUEST_URL": "u", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t"},
			auth.CLIMethod, "default",
		},
		"unless OIDC is asked for": {
			nil,
			map[string]string{"ACTIONS_ID_TOKEN_REQUEST_URL": "u", "ARM_USE_OIDC": "true"},
			auth.OIDCMethod, "the environment variable ARM_USE_OIDC",
		},
		"a token in the block asks for OIDC": {
			map[auth.Name]string{auth.OIDCToken: "t"},
			map[string]string{"ARM_CLIENT_SECRET": "s"},
			auth.OIDCMethod, "oidc_token in the provider block",
		},
		"the block switches the environment off": {
			map[auth.Name]string{auth.UseOIDC: "false"},
			map[string]string{"ARM_USE_OIDC": "true", "ARM_USE_MSI": "1"},
			auth.ManagedIdentityMethod, "the environment variable ARM_USE_MSI",
		},
	} {
		t.Run(name, func(t *testing.T) {
			choice, err := settings(test.block, test.environment).Choose()
			if err != nil || choice.Method != test.method || !strings.Contains(choice.Source, test.source) {
				t.Errorf("got %s, %v; want %s by %s", choice, err, test.method, test.source)
			}
		})
	}
}

func TestChooseRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		block map[auth.Name]string
		says  []string
	}{
		"two in one block": {
			map[auth.Name]string{auth.ClientSecret: "s", auth.UseMSI: "true"},
			[]string{"client secret (client_secret in the provider block)", "managed identity (use_msi in the provider block)", "Keep one"},
		},
		"CLI switched off, and nothing else": {
			map[auth.Name]string{auth.UseCLI: "false"},
			[]string{"use_cli in the provider block", "nothing to sign in with"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := settings(test.block, nil).Choose()
			if err == nil {
				t.Fatal("it chose")
			}
			for _, words := range test.says {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("the error does not say %q: %v", words, err)
				}
			}
		})
	}
}
