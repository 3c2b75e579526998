package datasources

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/messages"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/tfvalue"
)

// NewBatchComputes makes the data source azureml_batch_computes; the framework calls it.
func NewBatchComputes() datasource.DataSource { return &batchComputesDataSource{} }

type batchComputesDataSource struct{ configured }

// Metadata implements [datasource.DataSource].
func (d *batchComputesDataSource) Metadata(_ context.Context, request datasource.MetadataRequest, response *datasource.MetadataResponse) {
	response.TypeName = request.ProviderTypeName + "_batch_computes"
}

// Schema implements [datasource.DataSource].
func (d *batchComputesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse) {
	element := computeAttributes()
	element["workspace_id"] = schema.StringAttribute{
		Computed: true, MarkdownDescription: "Resource Manager id of the workspace that the compute is in. In the class: `workspace`.",
	}
	element["shares_batch_account_with"] = schema.ListAttribute{
		Computed: true, ElementType: types.StringType,
		MarkdownDescription: "Ids of the other computes in `batch_computes` that have the same Batch account, sorted; empty when there are none, and when there are thousands. " +
			"Within a workspace, each new attachment breaks the earlier ones: a warning says which are broken. The class does not tell.",
	}
	response.Schema = schema.Schema{
		MarkdownDescription: "Lists the Batch accounts that are attached to the Azure Machine Learning workspaces of a subscription or of a resource group, or to one workspace: " +
			"the class's `ComputeTarget.list(workspace)`, Batch only. A workspace that may not be read, or goes away meanwhile, is left out with a warning. " +
			"Failed attachments, and Batch accounts attached twice to one workspace, are warnings too.",
		Attributes: map[string]schema.Attribute{
			"batch_computes": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The Batch computes, sorted by workspace and name; empty when there are none. In the class: what `ComputeTarget.list(workspace)` gives.",
				NestedObject: schema.NestedAttributeObject{Attributes: element},
			},
		},
	}
	for name, attribute := range tfvalue.SearchAttributes {
		response.Schema.Attributes[name] = schema.StringAttribute{Optional: true, MarkdownDescription: attribute.Description, Validators: attribute.Validators}
	}
}

type batchComputesModel struct {
	tfvalue.Search

	BatchComputes []listedCompute `tfsdk:"batch_computes"`
}

type listedCompute struct {
	tfvalue.BatchCompute

	WorkspaceID            types.String `tfsdk:"workspace_id"`
	SharesBatchAccountWith []string     `tfsdk:"shares_batch_account_with"`
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
		response.Diagnostics.AddError("Cannot list the Batch computes", messages.Sentence(err))
		return
	}
	config.BatchComputes = listedComputes(computes)
	response.Diagnostics.Append(response.State.Set(ctx, &config)...)
}

func (d *batchComputesDataSource) find(ctx context.Context, where tfvalue.Search) (computes []*azureml.BatchCompute, _ diag.Diagnostics, _ error) {
	search, err := where.In()
	if err != nil {
		return nil, nil, err
	}
	var warnings tfvalue.Warnings
	for found, err := range d.client.Find(ctx, search) {
		if err != nil {
			return nil, warnings.Diagnostics(), err
		}
		warnings.Add(tfvalue.Judged(found))
		for _, compute := range found.Computes {
			warnings.Add(tfvalue.Failed(compute))
		}
		computes = append(computes, found.Computes...)
	}
	return computes, warnings.Diagnostics(), nil
}

// listedComputes are the computes as Terraform values: an empty list, not null, when there
// are none.
func listedComputes(computes []*azureml.BatchCompute) []listedCompute {
	ofAccount := map[string][]string{}
	for _, compute := range computes {
		account := strings.ToLower(compute.ClusterResourceID)
		ofAccount[account] = append(ofAccount[account], compute.ID)
	}
	listed := make([]listedCompute, len(computes))
	for i, compute := range computes {
		sharing := ofAccount[strings.ToLower(compute.ClusterResourceID)]
		listed[i] = listedCompute{
			BatchCompute:           tfvalue.BatchComputeOf(compute),
			WorkspaceID:            types.StringValue(compute.WorkspaceID().String()),
			SharesBatchAccountWith: others(sharing, compute.ID),
		}
	}
	return listed
}

// maxSharing is how many ids all computes of one Batch account together list of each
// other. Were there no bound, thousands of one account would list millions.
const maxSharing = 5000

// others are the ids but one's own, as far as maxSharing goes.
func others(ids []string, own string) []string {
	most := maxSharing / len(ids) // none of very many: a warning says so
	listed := make([]string, 0, min(len(ids)-1, most))
	for _, id := range ids {
		if len(listed) == most {
			break
		}
		if id != own {
			listed = append(listed, id)
		}
	}
	return listed
}
