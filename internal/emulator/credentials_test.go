package emulator

import (
	"slices"
	"testing"
)

func TestWithoutCredentials(t *testing.T) {
	for _, name := range []string{
		"ARM_CLIENT_SECRET", "arm_client_secret", "AZURE_CLIENT_SECRET", "AZUREPS_HOST_ENVIRONMENT", "AZUREML_RUN_TOKEN", "AZD_CONFIG_DIR",
		"AZURESUBSCRIPTION_SERVICE_CONNECTION_ID", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SYSTEM_ACCESSTOKEN", "SYSTEM_OIDCREQUESTURI",
		"ENDPOINT_AUTH_PARAMETER_00000000-0000-0000-0000-000000000000_SERVICEPRINCIPALKEY", "ENDPOINT_AUTH_SYSTEMVSSCONNECTION",
		"ENDPOINT_DATA_x_SUBSCRIPTIONID", "ENDPOINT_URL_x",
		"servicePrincipalId", "servicePrincipalKey", "SERVICEPRINCIPALKEY", "tenantId", "idToken", "IDTOKEN",
		"TFC_AZURE_RUN_CLIENT_ID", "TFC_WORKLOAD_IDENTITY_TOKEN", "TFC_WORKLOAD_IDENTITY_TOKEN_AZURE",
		"IDENTITY_ENDPOINT", "IDENTITY_HEADER", "MSI_ENDPOINT", "MSI_SECRET", "IMDS_ENDPOINT", "DEFAULT_IDENTITY_CLIENT_ID",
	} {
		if kept := WithoutCredentials([]string{name + "=real"}); len(kept) > 0 {
			t.Errorf("a command inherits %s", name)
		}
	}
	environ := []string{"PATH=/bin", "TF_VAR_tenant_id=x", "idTokens=x", "TENANT=x", "HOME", "=C:=C:\\", "ARM=x", "SYSTEM_DEBUG=x", "GITHUB_TOKEN=x"}
	before := slices.Clone(environ)
	if kept := WithoutCredentials(environ); !slices.Equal(kept, before) || !slices.Equal(environ, before) {
		t.Errorf("of %q, a command inherits %q", before, kept)
	}
}
