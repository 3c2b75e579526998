package datasources

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/attributes"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/messages"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/validators"
)

// NewBatchCompute returns the data source azureml_batch_compute; the framework calls it.
func NewBatchCompute() datasource.DataSource { return &batchComputeDataSource{} }

type batchComputeDataSource struct{ configured }

// Metadata implements [datasource.DataSource].
func (d *batchComputeDataSource) Metadata(_ context.Context, request datasource.MetadataRequest, response *datasource.MetadataResponse) {
	response.TypeName = request.ProviderTypeName + "_batch_compute"
}

// Schema implements [datasource.DataSource].
func (d *batchComputeDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse) {
	response.Schema.Attributes = attributes.DataSource()
	response.Schema.Attributes["name"] = schema.StringAttribute{
		Required: true, MarkdownDescription: "Name of the compute in the workspace: 1 to 24 letters, digits and hyphens, a letter first.",
		Validators: []validator.String{validators.Rule(azureml.ValidateComputeName)},
	}
	response.Schema.Attributes["workspace_id"] = schema.StringAttribute{
		Required: true, MarkdownDescription: "Resource Manager id of the workspace, such as `azurerm_machine_learning_workspace.example.id`. Letter case makes no difference.",
		Validators: []validator.String{validators.Rule(validators.WorkspaceID)},
	}
	response.Schema.Attributes["serialized"] = schema.StringAttribute{
		Computed: true, MarkdownDescription: "The compute as JSON, in the shape of `BatchCompute.serialize()` of the Python SDK v1; `jsondecode` reads it.",
	}
	response.Schema.MarkdownDescription = "Looks up a Batch account that is attached to an Azure Machine Learning workspace, like `BatchCompute(workspace, name)` of the Python SDK v1."
}

// Read implements [datasource.DataSource].
func (d *batchComputeDataSource) Read(ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse) {
	var name, workspaceID string
	response.Diagnostics.Append(request.Config.GetAttribute(ctx, path.Root("name"), &name)...)
	response.Diagnostics.Append(request.Config.GetAttribute(ctx, path.Root("workspace_id"), &workspaceID)...)
	if response.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()

	found, err := d.find(ctx, workspaceID, name)
	if err != nil {
		response.Diagnostics.AddError(fmt.Sprintf("Cannot look up Batch compute %q", name), messages.Detail(err))
		return
	}
	compute := found.Batch
	response.Diagnostics.Append(messages.Failed(compute)...)
	response.Diagnostics.Append(messages.SharedAccount(found.Shared)...)
	serialized, err := compute.Serialize()
	if err != nil {
		response.Diagnostics.AddError(fmt.Sprintf("Cannot serialize Batch compute %q", name), messages.Detail(err))
		return
	}
	state, diags := attributes.Object(ctx, compute, map[string]attr.Value{
		"name":         types.StringValue(name), // Terraform requires the configured spelling
		"workspace_id": types.StringValue(workspaceID),
		"serialized":   types.StringValue(serialized),
	})
	response.Diagnostics.Append(diags...)
	response.Diagnostics.Append(response.State.Set(ctx, state)...)
}

// find returns the compute. If there is none of that name, the error lists those that exist.
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
		return found, fmt.Errorf("%w\n\n%s", found.NotFound, existingNames(ctx, workspace))
	}
	return found, nil
}

// maxNames is the maximum number of names in an error.
const maxNames = 50

func existingNames(ctx context.Context, workspace *azureml.Workspace) string {
	var names []string
	for compute, err := range workspace.BatchComputes(ctx) {
		if err != nil {
			return "Could not list its Batch computes: " + messages.Detail(err)
		}
		if compute.Lacks() == "" {
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
