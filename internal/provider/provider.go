// Package provider implements the provider: its block, the one client that is built from
// it, and the lists of resources, data sources and functions.
package provider

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/datasources"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/functions"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/messages"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/resources/batchcompute"
)

// Address is the provider's address in the registries.
const Address = "registry.terraform.io/terraform-provider-azureml/azureml"

// New returns the constructor of the provider. The version is part of the user agent.
// Options change how the client is built; tests use them to poll faster.
func New(version string, options ...func(*azureml.Options)) func() provider.Provider {
	return func() provider.Provider { return newProvider(version, options) }
}

func newProvider(version string, options []func(*azureml.Options)) *azuremlProvider {
	return &azuremlProvider{version: version, options: options}
}

type azuremlProvider struct {
	version string
	options []func(*azureml.Options)
	// run is set by Configure; nil before.
	run atomic.Pointer[batchcompute.Run]
}

// Metadata implements [provider.Provider].
func (p *azuremlProvider) Metadata(_ context.Context, _ provider.MetadataRequest, response *provider.MetadataResponse) {
	response.TypeName = "azureml"
	response.Version = p.version
}

const cannotSignIn = "The provider cannot sign in to Azure"

// Configure builds the client that all resources and data sources share, and starts to sign
// in. A failed sign-in is an error of the first request, not of Configure: a plan without
// requests needs no credentials.
func (p *azuremlProvider) Configure(ctx context.Context, request provider.ConfigureRequest, response *provider.ConfigureResponse) {
	block, diags := readBlock(ctx, request.Config)
	response.Diagnostics.Append(diags...)
	if response.Diagnostics.HasError() {
		return
	}
	settings := block.settings()
	choice, err := settings.Choose()
	if unknown := block.undecided(choice.Method); len(unknown) > 0 {
		if request.ClientCapabilities.DeferralAllowed {
			response.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
			return
		}
		response.Diagnostics.Append(unknownErrors(unknown)...)
		return
	}
	if len(block.unknown) > 0 {
		tflog.Info(ctx, "Attributes that are known only after apply are ignored for now", map[string]any{"attributes": fmt.Sprint(block.unknown)})
	}
	if problems := settings.Check(); len(problems) > 0 {
		for _, problem := range problems {
			response.Diagnostics.AddError(cannotSignIn, messages.Detail(problem))
		}
		return
	}
	if err != nil {
		response.Diagnostics.AddError(cannotSignIn, messages.Detail(err))
		return
	}
	client, err := NewClient(ctx, settings, choice, p.userAgent(request.TerraformVersion, settings.PartnerID()), p.options)
	if err != nil {
		response.Diagnostics.AddError(cannotSignIn, messages.Detail(err))
		return
	}
	client.StartSignIn(ctx)
	run := batchcompute.NewRun(client, !settings.IsFalse(auth.Preflight))
	p.run.Store(run)
	response.ResourceData = run
	response.DataSourceData = client
	response.ListResourceData = run
}

// Resources implements [provider.Provider].
func (p *azuremlProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{batchcompute.New}
}

// ListResources implements [provider.ProviderWithListResources].
func (p *azuremlProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{batchcompute.NewList}
}

// DataSources implements [provider.Provider].
func (p *azuremlProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{datasources.NewBatchCompute, datasources.NewBatchComputes}
}

// Functions implements [provider.ProviderWithFunctions]. The functions work before
// Configure.
func (p *azuremlProvider) Functions(context.Context) []func() function.Function {
	return functions.All()
}

// userAgent names the provider, Terraform and their caller, as azurerm's does: Cloud Shell
// and Azure DevOps set AZURE_HTTP_USER_AGENT to their names.
func (p *azuremlProvider) userAgent(terraformVersion, partnerID string) string {
	agent := fmt.Sprintf("terraform-provider-azureml/%s Terraform/%s", p.version, terraformVersion)
	if caller := strings.TrimSpace(os.Getenv("AZURE_HTTP_USER_AGENT")); caller != "" && auth.Printable(caller) {
		agent += " " + caller
	}
	if partnerID != "" {
		agent += " pid-" + partnerID
	}
	return agent
}
