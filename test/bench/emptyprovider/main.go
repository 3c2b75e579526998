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

// Create returns the planned values, with null for unknown ones.
func (batchCompute) Create(_ context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	value, err := tftypes.Transform(request.Plan.Raw, func(_ *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		if !value.IsKnown() {
			return tftypes.NewValue(value.Type(), nil), nil
		}
		return value, nil
	})
	if err != nil {
		response.Diagnostics.AddError("Cannot create", err.Error())
	}
	response.State.Raw = value
}

func (batchCompute) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (batchCompute) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}

func (batchCompute) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
