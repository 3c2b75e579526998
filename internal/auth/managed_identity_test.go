package auth

import (
	"testing"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/managedidentity"
)

// The address that is probed is the one that the library then gets tokens from.
func TestEndpointOf(t *testing.T) {
	const set = "http://127.0.0.1:1/token"
	for name, test := range map[string]struct {
		source    managedidentity.Source
		variables map[string]string
		want      string
	}{
		"virtual machine":         {managedidentity.DefaultToIMDS, nil, metadataAddress},
		"a stray variable":        {managedidentity.DefaultToIMDS, map[string]string{"IDENTITY_ENDPOINT": set}, metadataAddress},
		"App Service":             {managedidentity.AppService, map[string]string{"IDENTITY_ENDPOINT": set, "MSI_ENDPOINT": "other"}, set},
		"Azure Machine Learning":  {managedidentity.AzureML, map[string]string{"MSI_ENDPOINT": set}, set},
		"Cloud Shell":             {managedidentity.CloudShell, map[string]string{"MSI_ENDPOINT": set}, set},
		"Azure Arc":               {managedidentity.AzureArc, map[string]string{"IDENTITY_ENDPOINT": set}, set},
		"Azure Arc, no variables": {managedidentity.AzureArc, nil, "http://127.0.0.1:40342/metadata/identity/oauth2/token"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, variable := range []string{"IDENTITY_ENDPOINT", "MSI_ENDPOINT"} {
				t.Setenv(variable, test.variables[variable])
			}
			if got := endpointOf(test.source); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
