// Command azapistub stands in for the azapi provider: its azapi_resource has the same state
// as in azapi 2, but sends no requests. Tests move resources from it.
package main

import (
	"context"
	"log"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func main() {
	serve := func() provider.Provider { return azapi{} }
	if err := providerserver.Serve(context.Background(), serve, providerserver.ServeOpts{Address: "registry.terraform.io/azure/azapi"}); err != nil {
		log.Fatal(err)
	}
}

type azapi struct{}

func (azapi) Metadata(_ context.Context, _ provider.MetadataRequest, response *provider.MetadataResponse) {
	response.TypeName = "azapi"
}

func (azapi) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse)          {}
func (azapi) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}
func (azapi) DataSources(context.Context) []func() datasource.DataSource                        { return nil }

func (azapi) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return azapiResource{} }}
}

type azapiResource struct{}

type model struct {
	ID       types.String  `tfsdk:"id"`
	Type     types.String  `tfsdk:"type"`
	ParentID types.String  `tfsdk:"parent_id"`
	Name     types.String  `tfsdk:"name"`
	Location types.String  `tfsdk:"location"`
	Body     types.Dynamic `tfsdk:"body"`
	Output   types.Dynamic `tfsdk:"output"`
	Tags     types.Map     `tfsdk:"tags"`
}

func (azapiResource) Metadata(_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = "azapi_resource"
}

func (azapiResource) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	response.Schema = schema.Schema{
		Version: 2,
		Attributes: map[string]schema.Attribute{
			"id":        schema.StringAttribute{Computed: true},
			"type":      schema.StringAttribute{Required: true},
			"parent_id": schema.StringAttribute{Required: true},
			"name":      schema.StringAttribute{Required: true},
			"location":  schema.StringAttribute{Optional: true},
			"body":      schema.DynamicAttribute{Optional: true},
			"output":    schema.DynamicAttribute{Computed: true},
			"tags":      schema.MapAttribute{Optional: true, ElementType: types.StringType},
		},
	}
}

// Create builds the id as Resource Manager does, with the last segment of the type.
func (azapiResource) Create(ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	var m model
	response.Diagnostics.Append(request.Plan.Get(ctx, &m)...)
	kind, _, _ := strings.Cut(m.Type.ValueString(), "@")
	kind = kind[strings.LastIndex(kind, "/")+1:]
	m.ID = types.StringValue(m.ParentID.ValueString() + "/" + kind + "/" + m.Name.ValueString())
	m.Output = types.DynamicNull()
	response.Diagnostics.Append(response.State.Set(ctx, &m)...)
}

func (azapiResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (azapiResource) Update(_ context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	response.State.Raw = request.Plan.Raw
}

// Delete fails: a resource that was moved must not be deleted.
func (azapiResource) Delete(_ context.Context, _ resource.DeleteRequest, response *resource.DeleteResponse) {
	response.Diagnostics.AddError("The stand-in for azapi was asked to delete", "A resource that was moved must not be deleted.")
}
