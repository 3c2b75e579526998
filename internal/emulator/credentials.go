package emulator

import (
	"slices"
	"strings"
)

// credentialVariables are the environment variables by which tools sign in to Azure, or find a way to. One that ends in "*"
// stands for all variables that begin like that.
var credentialVariables = []string{
	// Azure SDKs, azurerm, azapi, this provider, Azure CLI, Azure PowerShell, and jobs of Azure Machine Learning.
	"ARM_*", "AZURE*", "AZD_*",
	// GitHub Actions.
	"ACTIONS_ID_TOKEN_REQUEST_*",
	// Azure DevOps: the job, its service connections, and what AzureCLI@2 sets with addSpnToEnvironment.
	"SYSTEM_ACCESSTOKEN", "SYSTEM_OIDCREQUESTURI", "ENDPOINT_AUTH_*", "ENDPOINT_DATA_*", "ENDPOINT_URL_*",
	"servicePrincipalId", "servicePrincipalKey", "tenantId", "idToken",
	// HCP Terraform.
	"TFC_AZURE_*", "TFC_WORKLOAD_IDENTITY_TOKEN*",
	// Endpoints of managed identities: App Service, Azure Arc, Service Fabric, Cloud Shell, Azure Machine Learning.
	"IDENTITY_*", "MSI_*", "IMDS_ENDPOINT", "DEFAULT_IDENTITY_CLIENT_ID",
}

// IsCredentialVariable reports whether the environment variable of this name takes part in a sign-in to Azure. A command that
// runs against the emulator must not inherit it. Letter case does not count, because on Windows it never does.
func IsCredentialVariable(name string) bool {
	return slices.ContainsFunc(credentialVariables, func(known string) bool {
		if prefix, isPrefix := strings.CutSuffix(known, "*"); isPrefix {
			return len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix)
		}
		return strings.EqualFold(name, known)
	})
}

// WithoutCredentials returns an environment, in the form of [os.Environ], without the variables of [IsCredentialVariable].
func WithoutCredentials(environ []string) []string {
	return slices.DeleteFunc(slices.Clone(environ), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return IsCredentialVariable(name)
	})
}
