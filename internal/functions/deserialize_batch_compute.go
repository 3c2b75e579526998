package functions

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/attributes"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

func newDeserialize() function.Function {
	return simple{
		name: "deserialize_batch_compute",
		definition: function.Definition{
			Summary: "Reads a Batch compute from its JSON.",
			MarkdownDescription: "Reads a Batch compute from its JSON: `BatchCompute.deserialize(workspace, object_dict)` of the Python SDK v1. The JSON may be what `serialize_batch_compute` or the class's `serialize()` made, " +
				"or what the service sends. The object has the attributes of the data source `azureml_batch_compute`; what the JSON does not say is null, " +
				"except `is_attached`, which is then true, and `provisioning_state`, which is then `Succeeded`.\n\n" +
				"It refuses what the Python class refuses: JSON without `properties.computeType`, of another type than `Batch`, or without one of `location`, `id`, `tags`, " +
				"`properties.provisioningErrors`, `properties.description`, `properties.provisioningState` and `properties.resourceId`; their values may be null. " +
				"It also refuses a compute of another workspace, which the class documents but does not do.",
			Parameters: []function.Parameter{
				stringParameter("workspace_id", "Resource Manager id of the workspace that the compute is in. Letter case makes no difference."),
				stringParameter("json", "The compute as JSON."),
			},
			Return: function.ObjectReturn{AttributeTypes: deserializedTypes()},
		},
		run: deserialize,
	}
}

func deserializedTypes() map[string]attr.Type {
	kinds := stringTypes("workspace_id", "serialized")
	maps.Copy(kinds, attributes.Types())
	return kinds
}

func deserialize(ctx context.Context, request function.RunRequest, response *function.RunResponse) {
	var workspaceID, payload string
	if response.Error = request.Arguments.Get(ctx, &workspaceID, &payload); response.Error != nil {
		return
	}
	id, err := azureml.ParseWorkspaceID(workspaceID)
	if err != nil {
		refuse(response, 0, err)
		return
	}
	workspace := &azureml.Workspace{ID: id}
	compute, err := workspace.Deserialize([]byte(payload))
	if err != nil {
		refuse(response, 1, err)
		return
	}
	serialized, err := compute.Serialize()
	if err != nil {
		refuse(response, 1, err)
		return
	}
	object, diags := attributes.Object(ctx, compute, map[string]attr.Value{
		"workspace_id": types.StringValue(workspaceID),
		"serialized":   types.StringValue(serialized),
	})
	if response.Error = function.FuncErrorFromDiags(ctx, diags); response.Error != nil {
		return
	}
	response.Error = response.Result.Set(ctx, object)
}
