// Command orobixstub stands in for orobix/azureml, the other provider that is called
// azureml: the example that uses both is validated against its schemas.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	providerschema "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

func main() {
	serve := func() provider.Provider { return orobix{} }
	if err := providerserver.Serve(context.Background(), serve, providerserver.ServeOpts{Address: "registry.terraform.io/orobix/azureml"}); err != nil {
		log.Fatal(err)
	}
}

type orobix struct{}

func (orobix) Metadata(_ context.Context, _ provider.MetadataRequest, response *provider.MetadataResponse) {
	response.TypeName = "azureml"
}

func (orobix) Schema(_ context.Context, _ provider.SchemaRequest, response *provider.SchemaResponse) {
	response.Schema = providerschema.Schema{Attributes: map[string]providerschema.Attribute{
		"tenant_id":       providerschema.StringAttribute{Required: true},
		"subscription_id": providerschema.StringAttribute{Required: true},
		"client_id":       providerschema.StringAttribute{Required: true},
		"client_secret":   providerschema.StringAttribute{Required: true, Sensitive: true},
	}}
}

func (orobix) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}
func (orobix) DataSources(context.Context) []func() datasource.DataSource                        { return nil }

func (orobix) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return datastore{} }}
}

type datastore struct{}

func (datastore) Metadata(_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = "azureml_datastore"
}

func (datastore) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	required, optional := schema.StringAttribute{Required: true}, schema.StringAttribute{Optional: true}
	secret := schema.StringAttribute{Optional: true, Sensitive: true}
	response.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"id":                     schema.StringAttribute{Computed: true},
		"resource_group_name":    required,
		"workspace_name":         required,
		"name":                   required,
		"description":            required,
		"is_default":             schema.BoolAttribute{Optional: true},
		"storage_type":           optional,
		"storage_account_name":   optional,
		"storage_container_name": optional,
		"auth": schema.SingleNestedAttribute{Required: true, Attributes: map[string]schema.Attribute{
			"credentials_type": required, "tenant_id": optional, "client_id": optional, "client_secret": secret, "account_key": secret,
			"sql_user_name": optional, "sql_user_password": secret,
		}},
	}}
}

func (datastore) Create(_ context.Context, _ resource.CreateRequest, response *resource.CreateResponse) {
	response.Diagnostics.AddError("The stand-in for orobix/azureml only validates", "It creates nothing.")
}

func (datastore) Read(context.Context, resource.ReadRequest, *resource.ReadResponse)       {}
func (datastore) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}
func (datastore) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
