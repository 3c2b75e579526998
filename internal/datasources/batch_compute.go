package datasources

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/messages"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/tfvalue"
)

// NewBatchCompute makes the data source azureml_batch_compute; the framework calls it.
func NewBatchCompute() datasource.DataSource { return &batchComputeDataSource{} }

type batchComputeDataSource struct{ configured }

// Metadata implements [datasource.DataSource].
func (d *batchComputeDataSource) Metadata(_ context.Context, request datasource.MetadataRequest, response *datasource.MetadataResponse) {
	response.TypeName = request.ProviderTypeName + "_batch_compute"
}

// Schema implements [datasource.DataSource].
func (d *batchComputeDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse) {
	attributes := computeAttributes()
	attributes["name"] = schema.StringAttribute{
		Required: true, MarkdownDescription: "Name of the compute in the workspace: 1 to 24 letters, digits and hyphens, a letter first. In the class: `name`.",
		Validators: []validator.String{tfvalue.Checked(azureml.ValidateComputeName)},
	}
	attributes["workspace_id"] = schema.StringAttribute{
		Required: true, MarkdownDescription: "Resource Manager id of the workspace, such as `azurerm_machine_learning_workspace.example.id`. Letter case makes no difference. In the class: `workspace`.",
		Validators: []validator.String{tfvalue.Checked(tfvalue.WorkspaceID)},
	}
	attributes["serialized"] = schema.StringAttribute{
		Computed: true, MarkdownDescription: "The compute as JSON, in the shape of the class's `serialize()`; `jsondecode` reads it. In the class: `serialize()`.",
	}
	response.Schema = schema.Schema{
		MarkdownDescription: "Looks up a Batch account that is attached to an Azure Machine Learning workspace: the class's constructor `BatchCompute(workspace, name)`.",
		Attributes:          attributes,
	}
}

type batchComputeModel struct {
	tfvalue.BatchCompute

	WorkspaceID types.String `tfsdk:"workspace_id"`
	Serialized  types.String `tfsdk:"serialized"`
}

// Read implements [datasource.DataSource].
func (d *batchComputeDataSource) Read(ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse) {
	var config batchComputeModel
	response.Diagnostics.Append(request.Config.Get(ctx, &config)...)
	if response.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()

	name := config.Name.ValueString()
	found, err := d.find(ctx, config.WorkspaceID.ValueString(), name)
	if err != nil {
		response.Diagnostics.AddError(fmt.Sprintf("Cannot look up Batch compute %q", name), messages.Sentence(err))
		return
	}
	compute := found.Batch
	response.Diagnostics.Append(tfvalue.Failed(compute)...)
	response.Diagnostics.Append(tfvalue.Shared(found.Shared)...)
	serialized, err := compute.Serialize()
	if err != nil {
		response.Diagnostics.AddError(fmt.Sprintf("Cannot serialize Batch compute %q", name), messages.Sentence(err))
		return
	}
	state := batchComputeModel{tfvalue.BatchComputeOf(compute), config.WorkspaceID, types.StringValue(serialized)}
	state.Name = config.Name // Terraform wants what is configured back in its spelling
	response.Diagnostics.Append(response.State.Set(ctx, &state)...)
}

// find looks the compute up; where there is none, its error says which there are.
func (d *batchComputeDataSource) find(ctx context.Context, workspaceID, name string) (azureml.Lookup, error) {
	id, err := azureml.ParseWorkspaceID(workspaceID)
	if err != nil {
		return azureml.Lookup{}, err
	}
	workspace := d.client.Workspace(id)
	found, err := workspace.LookUpRecent(ctx, name)
	switch {
	case err != nil:
		return found, err
	case found.OtherType != nil:
		return found, found.OtherType
	case found.WorkspaceGone():
		return found, found.NotFound
	case found.Free():
		return found, fmt.Errorf("%w\n\n%s", found.NotFound, whatIsThere(ctx, workspace))
	}
	return found, nil
}

// maxNames is how many names an error lists.
const maxNames = 50

func whatIsThere(ctx context.Context, workspace *azureml.Workspace) string {
	var names []string
	for compute, err := range workspace.BatchComputes(ctx) {
		if err != nil {
			return "Could not list its Batch computes: " + messages.Sentence(err)
		}
		if compute.Odd() == "" {
			names = append(names, compute.Name)
		}
	}
	if len(names) == 0 {
		return "The workspace has no Batch computes at all."
	}
	slices.Sort(names)
	if more := len(names) - maxNames; more > 0 {
		names = append(names[:maxNames], fmt.Sprintf("and %d more", more))
	}
	return "Its Batch computes are: " + strings.Join(names, ", ") + "."
}
