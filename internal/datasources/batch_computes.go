package datasources

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
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
	response.Schema = schema.Schema{
		MarkdownDescription: "Lists the Batch accounts that are attached to an Azure Machine Learning workspace: the class's `ComputeTarget.list(workspace)`, Batch only.",
		Attributes: map[string]schema.Attribute{
			"workspace_id": schema.StringAttribute{
				Required: true, MarkdownDescription: "Resource Manager id of the workspace, such as `azurerm_machine_learning_workspace.example.id`. Letter case makes no difference. In the class: `workspace`.",
				Validators: []validator.String{tfvalue.Checked(tfvalue.WorkspaceID)},
			},
			"batch_account_id": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Only the attachments of the Batch account with this Resource Manager id. Letter case makes no difference. Default: all.",
				Validators: []validator.String{tfvalue.Checked(tfvalue.BatchAccountID)},
			},
			"batch_computes": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The Batch computes, sorted by name; empty when there are none. In the class: what `ComputeTarget.list(workspace)` gives.",
				NestedObject: schema.NestedAttributeObject{Attributes: computeAttributes()},
			},
		},
	}
}

type batchComputesModel struct {
	WorkspaceID    types.String           `tfsdk:"workspace_id"`
	BatchAccountID types.String           `tfsdk:"batch_account_id"`
	BatchComputes  []tfvalue.BatchCompute `tfsdk:"batch_computes"`
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

	computes, leftOut, err := d.list(ctx, config)
	response.Diagnostics.Append(leftOut...)
	if err != nil {
		response.Diagnostics.AddError("Cannot list the Batch computes", tfvalue.Sentence(err))
		return
	}
	config.BatchComputes = computes
	response.Diagnostics.Append(response.State.Set(ctx, &config)...)
}

func (d *batchComputesDataSource) list(ctx context.Context, config batchComputesModel) (_ []tfvalue.BatchCompute, leftOut diag.Diagnostics, _ error) {
	id, err := azureml.ParseWorkspaceID(config.WorkspaceID.ValueString())
	if err != nil {
		return nil, nil, err
	}
	computes := []tfvalue.BatchCompute{} // an empty list, not null, when there are none
	for compute, err := range d.client.Workspace(id).BatchComputes(ctx) {
		if err != nil {
			return nil, nil, fmt.Errorf("workspace %q: %w", id.Name, err)
		}
		if odd := tfvalue.LeftOut(compute); len(odd) > 0 {
			leftOut.Append(odd...)
			continue
		}
		if config.BatchAccountID.IsNull() || azureml.EqualIDs(compute.ClusterResourceID, config.BatchAccountID.ValueString()) {
			computes = append(computes, tfvalue.BatchComputeOf(compute))
		}
	}
	slices.SortFunc(computes, func(a, b tfvalue.BatchCompute) int {
		return strings.Compare(a.Name.ValueString(), b.Name.ValueString())
	})
	return computes, leftOut, nil
}
