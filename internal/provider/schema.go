package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// Schema implements [provider.Provider]. Everything is optional: what the block does
// not say, the environment may, in the variables that azurerm and azapi read.
func (p *azuremlProvider) Schema(_ context.Context, _ provider.SchemaRequest, response *provider.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"endpoint": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Addresses of a cloud that `environment` does not name, or in place of that cloud's own.",
			Attributes: map[string]schema.Attribute{
				"active_directory_authority_host": text(auth.AuthorityHost, "https address where Entra ID gives out tokens, such as `https://login.microsoftonline.com/`. Default: the cloud's."),
				"resource_manager_endpoint":       text(auth.ResourceManagerEndpoint, "https address of Azure Resource Manager, such as `https://management.azure.com`. Default: the cloud's. The token is sent to no other host."),
				"resource_manager_audience":       text(auth.ResourceManagerAudience, "Audience of the tokens for Resource Manager. Default: the cloud's own, or `resource_manager_endpoint` where that is given."),
			},
		},
		"auxiliary_tenant_ids": schema.ListAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: described(auth.AuxiliaryTenantIDs, "Up to three more tenants, by id or domain, whose tokens go along, for a Batch account in another tenant than the workspace. In the variable, separated by semicolons."),
			Validators:          []validator.List{listvalidator.SizeAtMost(auth.MaxAuxiliaryTenants)},
		},
	}
	for name, description := range texts {
		attributes[string(name)] = text(name, description)
	}
	for name, description := range secrets {
		secret := text(name, description)
		secret.Sensitive = true
		attributes[string(name)] = secret
	}
	for name, description := range flags {
		attributes[string(name)] = schema.BoolAttribute{Optional: true, MarkdownDescription: described(name, description)}
	}
	environment := text(auth.Environment, "Azure cloud: `public`, `usgovernment` or `china`, in any letter case. Default: `public`. In the SDK's authentication classes: `cloud`.")
	environment.Validators = []validator.String{stringvalidator.OneOfCaseInsensitive("public", "usgovernment", "china")}
	attributes[string(auth.Environment)] = environment

	response.Schema = schema.Schema{
		MarkdownDescription: "Attaches Azure Batch accounts to Azure Machine Learning workspaces.",
		Attributes:          attributes,
	}
}

var texts = map[auth.Name]string{
	auth.TenantID:                     "Tenant (directory) to sign in to: its id, a GUID, or one of its domains. In the SDK's authentication classes: `tenant_id`.",
	auth.SubscriptionID:               "Subscription, by id or name, whose account Azure CLI signs in with. Without it `tenant_id` says which, or else `az` itself. The ids of workspaces name their own subscriptions.",
	auth.ClientID:                     "Application (client) id, a GUID, of the service principal, or of a user-assigned managed identity. In `ServicePrincipalAuthentication` of the SDK: `service_principal_id`.",
	auth.ClientIDFilePath:             "Path of a file that holds `client_id`.",
	auth.ClientSecretFilePath:         "Path of a file that holds `client_secret`.",
	auth.ClientCertificatePath:        "Path of a file that holds the client certificate with its private key, as PFX or PEM.",
	auth.OIDCTokenFilePath:            "Path of a file that holds the OpenID Connect token; read again whenever a token is needed.",
	auth.OIDCRequestURL:               "https address that hands out OpenID Connect tokens: GitHub Actions' or Azure DevOps'.",
	auth.OIDCAzureServiceConnectionID: "Id of the Azure DevOps service connection to ask a token for.",
	auth.CACertificatePath:            "Path of a PEM file of certificate authorities to trust beside the system's, for a proxy or a private cloud.",
	auth.PartnerID:                    "GUID of a partner, for customer usage attribution. Default: none.",
	auth.CorrelationRequestID:         "Value of `x-ms-correlation-request-id` in every request, to find a run in Azure's logs. Default: made up anew for each run.",
	auth.ComputeAPIVersion:            "api-version of the requests for workspaces and computes, such as `2024-10-01`. Default: `" + azureml.DefaultAPIVersion + "`, the one the newest Python package uses for Batch.",
}

var secrets = map[auth.Name]string{
	auth.ClientSecret:              "Secret of the service principal: its value, not its id. In `ServicePrincipalAuthentication` of the SDK: `service_principal_password`.",
	auth.ClientCertificate:         "Client certificate with its private key, as base64 of a PFX or PEM.",
	auth.ClientCertificatePassword: "Password of the client certificate. Default: none.",
	auth.OIDCToken:                 "OpenID Connect token (a JWT) to sign in with; it has to last as long as Terraform runs.",
	auth.OIDCRequestToken:          "Bearer token for `oidc_request_url`.",
}

var flags = map[auth.Name]string{
	auth.UseOIDC:                  "Sign in with OpenID Connect. Default: false.",
	auth.UseMSI:                   "Sign in with the machine's managed identity. Default: false.",
	auth.UseAKSWorkloadIdentity:   "Sign in with AKS workload identity. Default: false.",
	auth.UseCLI:                   "Sign in with Azure CLI when nothing else is configured. Default: true.",
	auth.DisableInstanceDiscovery: "Do not ask Entra ID whether the authority is one of its own; for private clouds. Default: false.",
	auth.Preflight:                "Warn at plan about a workspace or Batch account that is not there and a name that is taken. Default: true.",
}

func text(name auth.Name, description string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: described(name, description)}
}

func described(name auth.Name, description string) string {
	variables := make([]string, len(auth.Variables[name]))
	for i, variable := range auth.Variables[name] {
		variables[i] = "`" + variable + "`"
	}
	return fmt.Sprintf("%s From the environment: %s.", description, strings.Join(variables, ", "))
}
