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
			MarkdownDescription: "Reads a Batch compute from its JSON, as `BatchCompute.deserialize(workspace, object_dict)` of the Python SDK v1 does. The JSON is the output of `serialize_batch_compute`, of the class's `serialize()`, " +
				"or of the service. The result has the attributes of the data source `azureml_batch_compute`. Attributes that are not in the JSON are null, " +
				"except `is_attached`, which is true, and `provisioning_state`, which is `Succeeded`.\n\n" +
				"As in the Python class, JSON is an error if `properties.computeType` is not `Batch`, or if any of the keys `location`, `id`, `tags`, " +
				"`properties.provisioningErrors`, `properties.description`, `properties.provisioningState` and `properties.resourceId` is missing; their values may be null. " +
				"A compute of another workspace is an error too, as the class documents but does not check.",
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
