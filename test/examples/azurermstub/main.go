// Command azurermstub stands in for azurerm where a test mocks it. Terraform needs a
// provider's schemas to mock it, and calls nothing else. The attributes are those of
// azurerm 4 that the examples use.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func main() {
	serve := func() provider.Provider { return azurerm{} }
	if err := providerserver.Serve(context.Background(), serve, providerserver.ServeOpts{Address: "registry.terraform.io/hashicorp/azurerm"}); err != nil {
		log.Fatal(err)
	}
}

type azurerm struct{}

func (azurerm) Metadata(_ context.Context, _ provider.MetadataRequest, response *provider.MetadataResponse) {
	response.TypeName = "azurerm"
}

func (azurerm) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse)          {}
func (azurerm) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (azurerm) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return workspace{} }}
}

func (azurerm) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		func() resource.Resource {
			return mocked{"azurerm_batch_account", []string{"name", "resource_group_name", "location"}}
		},
		func() resource.Resource {
			return mocked{"azurerm_role_assignment", []string{"scope", "role_definition_name", "principal_id"}}
		},
	}
}

// mocked is a resource type with required strings and an id.
type mocked struct {
	name     string
	required []string
}

func (m mocked) Metadata(_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = m.name
}

func (m mocked) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	attributes := map[string]schema.Attribute{"id": schema.StringAttribute{Computed: true}}
	for _, name := range m.required {
		attributes[name] = schema.StringAttribute{Required: true}
	}
	response.Schema = schema.Schema{Attributes: attributes}
}

func (mocked) Create(_ context.Context, _ resource.CreateRequest, response *resource.CreateResponse) {
	response.Diagnostics.AddError("The stand-in for azurerm is not mocked", "It creates nothing.")
}

func (mocked) Read(context.Context, resource.ReadRequest, *resource.ReadResponse)       {}
func (mocked) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}
func (mocked) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

type workspace struct{}

func (workspace) Metadata(_ context.Context, _ datasource.MetadataRequest, response *datasource.MetadataResponse) {
	response.TypeName = "azurerm_machine_learning_workspace"
}

func (workspace) Schema(_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse) {
	identity := types.ObjectType{AttrTypes: map[string]attr.Type{
		"type": types.StringType, "principal_id": types.StringType, "tenant_id": types.StringType,
		"identity_ids": types.ListType{ElemType: types.StringType},
	}}
	response.Schema = datasourceschema.Schema{Attributes: map[string]datasourceschema.Attribute{
		"id":                  datasourceschema.StringAttribute{Computed: true},
		"name":                datasourceschema.StringAttribute{Required: true},
		"resource_group_name": datasourceschema.StringAttribute{Required: true},
		"location":            datasourceschema.StringAttribute{Computed: true},
		"identity":            datasourceschema.ListAttribute{Computed: true, ElementType: identity},
	}}
}

func (workspace) Read(_ context.Context, _ datasource.ReadRequest, response *datasource.ReadResponse) {
	response.Diagnostics.AddError("The stand-in for azurerm is not mocked", "It reads nothing.")
}
