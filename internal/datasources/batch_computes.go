package datasources

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/attributes"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/messages"
)

// NewBatchComputes returns the data source azureml_batch_computes; the framework calls it.
func NewBatchComputes() datasource.DataSource { return &batchComputesDataSource{} }

type batchComputesDataSource struct{ configured }

// Metadata implements [datasource.DataSource].
func (d *batchComputesDataSource) Metadata(_ context.Context, request datasource.MetadataRequest, response *datasource.MetadataResponse) {
	response.TypeName = request.ProviderTypeName + "_batch_computes"
}

// Schema implements [datasource.DataSource].
func (d *batchComputesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse) {
	element := attributes.DataSource()
	element["workspace_id"] = schema.StringAttribute{
		Computed: true, MarkdownDescription: "Resource Manager id of the workspace that the compute is in.",
	}
	element["shares_batch_account_with"] = schema.ListAttribute{
		Computed: true, ElementType: types.StringType,
		MarkdownDescription: "Ids of the other computes in `batch_computes` that have the same Batch account, sorted; empty if there are none. If very many have the same account, some or all of them are left out. " +
			"Within a workspace, each new attachment breaks the earlier ones: a warning says which are broken.",
	}
	response.Schema = schema.Schema{
		MarkdownDescription: "Lists the Batch accounts that are attached to the Azure Machine Learning workspaces of a subscription or of a resource group, or to one workspace, " +
			"like `ComputeTarget.list(workspace)` of the Python SDK v1. A workspace that cannot be read, or that is deleted during the search, is left out with a warning. " +
			"Failed attachments, and Batch accounts attached twice to one workspace, cause warnings too.",
		Attributes: map[string]schema.Attribute{
			"batch_computes": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The Batch computes, sorted by workspace and name; empty if there are none.",
				NestedObject: schema.NestedAttributeObject{Attributes: element},
			},
		},
	}
	for name, attribute := range attributes.SearchAttributes {
		response.Schema.Attributes[name] = schema.StringAttribute{Optional: true, MarkdownDescription: attribute.Description, Validators: attribute.Validators}
	}
}

type batchComputesModel struct {
	attributes.Search

	BatchComputes []types.Object `tfsdk:"batch_computes"`
}

// Read implements [datasource.DataSource].
func (d *batchComputesDataSource) Read(ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse) {
	var config batchComputesModel
	response.Diagnostics.Append(request.Config.Get(ctx, &config)...)
	if response.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()

	computes, warnings, err := d.find(ctx, config.Search)
	response.Diagnostics.Append(warnings...)
	if err != nil {
		response.Diagnostics.AddError("Cannot list the Batch computes", messages.Detail(err))
		return
	}
	listed, diags := listedComputes(ctx, computes)
	response.Diagnostics.Append(diags...)
	config.BatchComputes = listed
	response.Diagnostics.Append(response.State.Set(ctx, &config)...)
}

func (d *batchComputesDataSource) find(ctx context.Context, where attributes.Search) (computes []*azureml.BatchCompute, _ diag.Diagnostics, _ error) {
	search, err := where.Convert()
	if err != nil {
		return nil, nil, err
	}
	var warnings messages.Warnings
	for found, err := range d.client.Find(ctx, search) {
		if err != nil {
			return nil, warnings.Diagnostics(), err
		}
		warnings.Add(messages.Listing(found)...)
		for _, compute := range found.Computes {
			warnings.Add(messages.Failed(compute)...)
		}
		computes = append(computes, found.Computes...)
	}
	return computes, warnings.Diagnostics(), nil
}

// listedComputes returns the computes as Terraform values: an empty list, not null, if there are
// none.
func listedComputes(ctx context.Context, computes []*azureml.BatchCompute) ([]types.Object, diag.Diagnostics) {
	ofAccount := map[string][]string{}
	for _, compute := range computes {
		account := strings.ToLower(compute.ClusterResourceID)
		ofAccount[account] = append(ofAccount[account], compute.ID)
	}
	var diags diag.Diagnostics
	listed := make([]types.Object, len(computes))
	for i, compute := range computes {
		sharing := ofAccount[strings.ToLower(compute.ClusterResourceID)]
		object, problems := attributes.Object(ctx, compute, map[string]attr.Value{
			"workspace_id":              types.StringValue(compute.WorkspaceID().String()),
			"shares_batch_account_with": others(sharing, compute.ID),
		})
		listed[i] = object
		diags.Append(problems...)
	}
	return listed, diags
}

// maxSharing limits how many ids all computes of one Batch account together list of each other.
// Without it, thousands of computes of one account would list millions of ids.
const maxSharing = 5000

// others returns the ids except the compute's own, within maxSharing.
func others(ids []string, own string) types.List {
	most := maxSharing / len(ids) // zero for very many, which a warning reports
	listed := make([]attr.Value, 0, min(len(ids)-1, most))
	for _, id := range ids {
		if len(listed) == most {
			break
		}
		if id != own {
			listed = append(listed, types.StringValue(id))
		}
	}
	return types.ListValueMust(types.StringType, listed)
}
