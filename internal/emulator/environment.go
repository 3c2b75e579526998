package emulator

// Environment returns the variables that point a provider, and the Python package, at the emulator, and sign it in.
// AZUREML_EMULATOR_WORKSPACE_ID and AZUREML_EMULATOR_BATCH_ACCOUNT_ID name the first workspace and Batch account.
func (e *Emulator) Environment() map[string]string {
	env := map[string]string{
		"ARM_TENANT_ID":                       DefaultTenantID,
		"ARM_SUBSCRIPTION_ID":                 e.config.subscriptionID,
		"ARM_CLIENT_ID":                       e.config.clientID,
		"ARM_CLIENT_SECRET":                   e.config.clientSecret,
		"ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST": e.url,
		"ARM_RESOURCE_MANAGER_ENDPOINT":       e.url,
		"ARM_RESOURCE_MANAGER_AUDIENCE":       managementAudience,
		"ARM_DISABLE_INSTANCE_DISCOVERY":      "true",
		"AZUREML_CA_CERTIFICATE_PATH":         e.CAFile(),
		"REQUESTS_CA_BUNDLE":                  e.CAFile(),
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.world.Workspaces) > 0 {
		env["AZUREML_EMULATOR_WORKSPACE_ID"] = e.world.Workspaces[0].ID
	}
	if len(e.world.BatchAccounts) > 0 {
		env["AZUREML_EMULATOR_BATCH_ACCOUNT_ID"] = e.world.BatchAccounts[0].ID
	}
	return env
}
