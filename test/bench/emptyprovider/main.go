// Command emptyprovider is a provider on terraform-plugin-framework that does nothing: a
// command with it takes Terraform's own time.
package main

import (
	"context"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/resources/batchcompute"
)

func main() {
	err := providerserver.Serve(context.Background(), func() provider.Provider { return empty{} },
		providerserver.ServeOpts{Address: "registry.terraform.io/terraform-provider-azureml/empty"})
	if err != nil {
		log.Fatal(err)
	}
}

type empty struct{}

func (empty) Metadata(_ context.Context, _ provider.MetadataRequest, response *provider.MetadataResponse) {
	response.TypeName = "empty"
}

func (empty) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (empty) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (empty) DataSources(context.Context) []func() datasource.DataSource { return nil }

// Resources returns no resource, unless the benchmark asks for one.
func (empty) Resources(context.Context) []func() resource.Resource {
	if os.Getenv("BENCH_RESOURCE") == "" {
		return nil
	}
	return []func() resource.Resource{func() resource.Resource { return batchCompute{} }}
}

// batchCompute has the schema of azureml_batch_compute, since Terraform's time for a
// resource grows with its attributes.
type batchCompute struct{}

func (batchCompute) Metadata(_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = "empty_batch_compute"
}

func (batchCompute) Schema(ctx context.Context, request resource.SchemaRequest, response *resource.SchemaResponse) {
	batchcompute.New().Schema(ctx, request, response)
}

// Create returns the planned values. An unknown one gets a value about as long as that of an
// attached compute, since Terraform's time for a resource grows with its values too.
func (batchCompute) Create(_ context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	value, err := tftypes.Transform(request.Plan.Raw, func(at *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		if value.IsKnown() {
			return value, nil
		}
		return sample(at.LastStep(), value.Type()), nil
	})
	if err != nil {
		response.Diagnostics.AddError("Cannot create", err.Error())
	}
	response.State.Raw = value
}

func (batchCompute) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (batchCompute) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}

func (batchCompute) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

func sample(attribute tftypes.AttributePathStep, of tftypes.Type) tftypes.Value {
	switch {
	case attribute == tftypes.AttributeName("id"):
		return tftypes.NewValue(of, "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml"+
			"/providers/Microsoft.MachineLearningServices/workspaces/ws0/computes/batch100x")
	case of.Is(tftypes.String):
		return tftypes.NewValue(of, "westeurope")
	case of.Is(tftypes.Bool):
		return tftypes.NewValue(of, true)
	case of.Is(tftypes.List{}):
		return tftypes.NewValue(of, []tftypes.Value{})
	}
	return tftypes.NewValue(of, nil)
}
