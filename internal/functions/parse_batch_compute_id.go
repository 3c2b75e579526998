package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

func newParseID() function.Function {
	return simple{
		name: "parse_batch_compute_id",
		definition: function.Definition{
			Summary: "Parses a compute's Resource Manager id.",
			MarkdownDescription: "Parses the Resource Manager id of a compute, in any letter case, into `subscription_id`, `resource_group_name`, `workspace_name`, `name` and " +
				"`workspace_id`. The names keep the letter case of the id; `workspace_id` has the letter case that Resource Manager documents. " +
				"The function does not check that the compute exists or that it is a Batch compute.",
			Parameters: []function.Parameter{
				stringParameter("id", "Resource Manager id of a compute: `/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.MachineLearningServices/workspaces/{workspace}/computes/{name}`."),
			},
			Return: function.ObjectReturn{AttributeTypes: stringTypes("subscription_id", "resource_group_name", "workspace_name", "name", "workspace_id")},
		},
		run: parseID,
	}
}

type parsedID struct {
	SubscriptionID    string `tfsdk:"subscription_id"`
	ResourceGroupName string `tfsdk:"resource_group_name"`
	WorkspaceName     string `tfsdk:"workspace_name"`
	Name              string `tfsdk:"name"`
	WorkspaceID       string `tfsdk:"workspace_id"`
}

func parseID(ctx context.Context, request function.RunRequest, response *function.RunResponse) {
	var id string
	if response.Error = request.Arguments.Get(ctx, &id); response.Error != nil {
		return
	}
	workspace, name, err := azureml.ParseComputeID(id)
	if err != nil {
		refuse(response, 0, err)
		return
	}
	response.Error = response.Result.Set(ctx, parsedID{workspace.SubscriptionID, workspace.ResourceGroup, workspace.Name, name, workspace.String()})
}
