package emulator

// Environment returns the variables that point a provider, or the Python package, at the emulator and sign it in.
// AZUREML_EMULATOR_WORKSPACE_ID and AZUREML_EMULATOR_BATCH_ACCOUNT_ID name a workspace and a Batch account: the first one
// of the options, or else the first one that exists. ARM_SUBSCRIPTION_ID is that workspace's subscription.
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
	if ws := first(e.config.workspaces, e.world.Workspaces); ws != nil {
		env["AZUREML_EMULATOR_WORKSPACE_ID"] = ws.ID
		env["ARM_SUBSCRIPTION_ID"] = parseID(ws.ID).subscription
	}
	if account := first(e.config.batchAccounts, e.world.BatchAccounts); account != nil {
		env["AZUREML_EMULATOR_BATCH_ACCOUNT_ID"] = account.ID
	}
	return env
}

// first returns the first configured resource that exists, or else the first of all.
func first(configured []place, all []*resource) *resource {
	for _, p := range configured {
		if r := find(all, p.id); r != nil {
			return r
		}
	}
	if len(all) > 0 {
		return all[0]
	}
	return nil
}
