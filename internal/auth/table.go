package auth

// Name is the name of a setting: its attribute in the provider block.
type Name string

// The settings of the provider block.
const (
	TenantID                     Name = "tenant_id"
	AuxiliaryTenantIDs           Name = "auxiliary_tenant_ids"
	SubscriptionID               Name = "subscription_id"
	ClientID                     Name = "client_id"
	ClientIDFilePath             Name = "client_id_file_path"
	ClientSecret                 Name = "client_secret"
	ClientSecretFilePath         Name = "client_secret_file_path"
	ClientCertificate            Name = "client_certificate"
	ClientCertificatePath        Name = "client_certificate_path"
	ClientCertificatePassword    Name = "client_certificate_password"
	OIDCToken                    Name = "oidc_token"
	OIDCTokenFilePath            Name = "oidc_token_file_path"
	OIDCRequestToken             Name = "oidc_request_token"
	OIDCRequestURL               Name = "oidc_request_url"
	OIDCAzureServiceConnectionID Name = "oidc_azure_service_connection_id"
	ADOServiceConnectionID       Name = "ado_pipeline_service_connection_id"
	UseOIDC                      Name = "use_oidc"
	UseMSI                       Name = "use_msi"
	MSIEndpoint                  Name = "msi_endpoint"
	MSIAPIVersion                Name = "msi_api_version"
	UseAKSWorkloadIdentity       Name = "use_aks_workload_identity"
	UseCLI                       Name = "use_cli"
	Environment                  Name = "environment"
	MetadataHost                 Name = "metadata_host"
	AuthorityHost                Name = "active_directory_authority_host"
	ResourceManagerEndpoint      Name = "resource_manager_endpoint"
	ResourceManagerAudience      Name = "resource_manager_audience"
	DisableInstanceDiscovery     Name = "disable_instance_discovery"
	CACertificatePath            Name = "ca_certificate_path"
	PartnerID                    Name = "partner_id"
	CorrelationRequestID         Name = "custom_correlation_request_id"
	DisableCorrelationRequestID  Name = "disable_correlation_request_id"
	ComputeAPIVersion            Name = "compute_api_version"
	Preflight                    Name = "preflight"
)

// Kind is the type of a setting.
type Kind int

// The kinds of settings.
const (
	Text Kind = iota
	// Secret is a sensitive text.
	Secret
	// Switch is true or false.
	Switch
	// List is a list of texts, separated by semicolons in a variable.
	List
)

// Setting is a row of [Table].
type Setting struct {
	Name Name
	Kind Kind
	// Variables are the environment variables that azurerm and azapi read for it, and the
	// provider's own. The first that is not empty is used.
	Variables []string
	// PodVariable is the variable that AKS sets in a pod with a workload identity. It is read
	// only for that method.
	PodVariable string
	// Alias is the setting for which this one is another name.
	Alias Name
	// Endpoint is true for the attributes of endpoint.
	Endpoint bool
	// Chooses is true if the setting decides which credential the provider signs in with,
	// or which cloud it sends the credential to.
	Chooses bool
	// Exact keeps the white space around a value.
	Exact bool
	// Description is the attribute's, in Markdown.
	Description string
}

// Table lists every setting.
var Table = []Setting{
	{
		Name: TenantID, Variables: []string{"ARM_TENANT_ID"}, PodVariable: "AZURE_TENANT_ID", Chooses: true,
		Description: "Tenant (directory) to sign in to: its id, a GUID, or one of its domains. In the SDK's authentication classes: `tenant_id`.",
	},
	{
		Name: AuxiliaryTenantIDs, Kind: List, Variables: []string{"ARM_AUXILIARY_TENANT_IDS"},
		Description: "Up to three additional tenants, by id or domain, whose tokens are sent too, for a Batch account in another tenant than the workspace. In the variable, separated by semicolons.",
	},
	{
		Name: SubscriptionID, Variables: []string{"ARM_SUBSCRIPTION_ID"},
		Description: "Subscription, by id or name, whose account Azure CLI signs in with. Default: the account of `tenant_id`, or else the one that `az` has selected. Workspace ids have their own subscription.",
	},
	{
		Name: ClientID, Variables: []string{"ARM_CLIENT_ID"}, PodVariable: "AZURE_CLIENT_ID", Chooses: true,
		Description: "Application (client) id, a GUID, of the service principal, or of a user-assigned managed identity. In `ServicePrincipalAuthentication` of the SDK: `service_principal_id`.",
	},
	{
		Name: ClientIDFilePath, Variables: []string{"ARM_CLIENT_ID_FILE_PATH"}, Chooses: true,
		Description: "Path of a file that holds `client_id`.",
	},
	{
		Name: ClientSecret, Kind: Secret, Variables: []string{"ARM_CLIENT_SECRET"}, Chooses: true,
		Description: "Secret of the service principal: its value, not its id. In `ServicePrincipalAuthentication` of the SDK: `service_principal_password`.",
	},
	{
		Name: ClientSecretFilePath, Variables: []string{"ARM_CLIENT_SECRET_FILE_PATH"}, Chooses: true,
		Description: "Path of a file that holds `client_secret`.",
	},
	{
		Name: ClientCertificate, Kind: Secret, Variables: []string{"ARM_CLIENT_CERTIFICATE"}, Chooses: true,
		Description: "Client certificate with its private key, as base64 of a PFX or PEM. Takes precedence over `client_certificate_path`.",
	},
	{
		Name: ClientCertificatePath, Variables: []string{"ARM_CLIENT_CERTIFICATE_PATH"}, Chooses: true,
		Description: "Path of a file that holds the client certificate with its private key, as PFX or PEM.",
	},
	{
		Name: ClientCertificatePassword, Kind: Secret, Variables: []string{"ARM_CLIENT_CERTIFICATE_PASSWORD"}, Chooses: true, Exact: true,
		Description: "Password of the client certificate. Default: none.",
	},
	{
		Name: OIDCToken, Kind: Secret, Variables: []string{"ARM_OIDC_TOKEN"}, Chooses: true,
		Description: "OpenID Connect token (a JWT) to sign in with, if `use_oidc` is true. It must be valid for as long as Terraform runs.",
	},
	{
		Name: OIDCTokenFilePath, Variables: []string{"ARM_OIDC_TOKEN_FILE_PATH"}, PodVariable: "AZURE_FEDERATED_TOKEN_FILE", Chooses: true,
		Description: "Path of a file that holds the OpenID Connect token; read again whenever a token is needed.",
	},
	{
		Name: OIDCRequestToken, Kind: Secret, Variables: []string{"ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SYSTEM_ACCESSTOKEN"}, Chooses: true,
		Description: "Bearer token for `oidc_request_url`.",
	},
	{
		Name: OIDCRequestURL, Variables: []string{"ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL", "SYSTEM_OIDCREQUESTURI"}, Chooses: true,
		Description: "https address that issues OpenID Connect tokens, of GitHub Actions or Azure DevOps.",
	},
	{
		Name:      OIDCAzureServiceConnectionID,
		Variables: []string{"ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID", "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"}, Chooses: true,
		Description: "Id of the Azure DevOps service connection to request a token for.",
	},
	{
		Name: ADOServiceConnectionID, Alias: OIDCAzureServiceConnectionID, Chooses: true,
		Description: "azurerm's name for `oidc_azure_service_connection_id`.",
	},
	{
		Name: UseOIDC, Kind: Switch, Variables: []string{"ARM_USE_OIDC"}, Chooses: true,
		Description: "Sign in with OpenID Connect, if a token is available. Default: false.",
	},
	{
		Name: UseMSI, Kind: Switch, Variables: []string{"ARM_USE_MSI"}, Chooses: true,
		Description: "Sign in with the machine's managed identity. Default: false.",
	},
	{
		Name: MSIEndpoint, Variables: []string{"ARM_MSI_ENDPOINT"}, Chooses: true,
		Description: "Address of the endpoint for managed identities. Default: detected automatically.",
	},
	{
		Name: MSIAPIVersion, Variables: []string{"ARM_MSI_API_VERSION"}, Chooses: true,
		Description: "api-version of the requests to `msi_endpoint`. Default: `" + metadataAPIVersion + "`.",
	},
	{
		Name: UseAKSWorkloadIdentity, Kind: Switch, Variables: []string{"ARM_USE_AKS_WORKLOAD_IDENTITY"}, Chooses: true,
		Description: "Sign in with AKS workload identity. Default: false.",
	},
	{
		Name: UseCLI, Kind: Switch, Variables: []string{"ARM_USE_CLI"}, Chooses: true,
		Description: "Sign in with Azure CLI when no other method is complete. Default: true.",
	},
	{
		Name: Environment, Variables: []string{"ARM_ENVIRONMENT"}, Chooses: true,
		Description: "Azure cloud: `public`, `usgovernment` or `china`, in any letter case. Default: `public`. Also `custom`, with all attributes of `endpoint`, and azurerm's other names for these clouds. In the SDK's authentication classes: `cloud`.",
	},
	{
		Name: MetadataHost, Variables: []string{"ARM_METADATA_HOSTNAME"}, Chooses: true,
		Description: "Host name of a Resource Manager that publishes its cloud's sign-in address; replaces `environment`.",
	},
	{
		Name: AuthorityHost, Variables: []string{"ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST"}, PodVariable: "AZURE_AUTHORITY_HOST", Endpoint: true, Chooses: true,
		Description: "https address where Entra ID issues tokens, such as `https://login.microsoftonline.com/`. Default: the cloud's.",
	},
	{
		Name: ResourceManagerEndpoint, Variables: []string{"ARM_RESOURCE_MANAGER_ENDPOINT"}, Endpoint: true, Chooses: true,
		Description: "https address of Azure Resource Manager, such as `https://management.azure.com`. Default: the cloud's. The token is sent to no other host.",
	},
	{
		Name: ResourceManagerAudience, Variables: []string{"ARM_RESOURCE_MANAGER_AUDIENCE"}, Endpoint: true, Chooses: true,
		Description: "Audience of the tokens for Resource Manager. Default: the cloud's own, or `resource_manager_endpoint` if that is set.",
	},
	{
		Name: DisableInstanceDiscovery, Kind: Switch, Variables: []string{"ARM_DISABLE_INSTANCE_DISCOVERY"},
		Description: "Do not check with Entra ID whether the authority is one of its own; for private clouds. Default: false, or true with `metadata_host`.",
	},
	{
		Name: CACertificatePath, Variables: []string{"AZUREML_CA_CERTIFICATE_PATH"},
		Description: "Path of a PEM file with certificate authorities to trust in addition to the system's, for a proxy or a private cloud.",
	},
	{
		Name: PartnerID, Variables: []string{"ARM_PARTNER_ID"},
		Description: "GUID of a partner, for customer usage attribution; also as `pid-GUID` or `pid-GUID-partnercenter`. Default: none.",
	},
	{
		Name: CorrelationRequestID, Variables: []string{"ARM_CORRELATION_REQUEST_ID"},
		Description: "Value of `x-ms-correlation-request-id` in every request, to find a run in Azure's logs. Default: a new one for each plan and each apply.",
	},
	{
		Name: DisableCorrelationRequestID, Kind: Switch, Variables: []string{"ARM_DISABLE_CORRELATION_REQUEST_ID"},
		Description: "Send no `x-ms-correlation-request-id`. Default: false.",
	},
	{
		Name: ComputeAPIVersion, Variables: []string{"AZUREML_COMPUTE_API_VERSION"},
		Description: "api-version of the requests for workspaces and computes, such as `2024-10-01`. Default: `2020-02-02`, the one the newest Python package uses for Batch.",
	},
	{
		Name: Preflight, Kind: Switch, Variables: []string{"AZUREML_PREFLIGHT"},
		Description: "Warn in the plan if the workspace or the Batch account does not exist, or if the name is taken. Default: true.",
	},
}

// Lookup returns the row of a name, or the zero value if there is none.
func Lookup(name Name) Setting {
	for _, row := range Table {
		if row.Name == name {
			return row
		}
	}
	return Setting{}
}
