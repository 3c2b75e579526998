package functions

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/tfvalue"
)

func newDeserialize() function.Function {
	return simple{
		name: "deserialize_batch_compute",
		definition: function.Definition{
			Summary: "Reads a Batch compute from its JSON.",
			MarkdownDescription: "Reads a Batch compute from its JSON, as `BatchCompute.deserialize(workspace, object_dict)` of the Python SDK v1 does. The JSON is the output of `serialize_batch_compute`, of the class's `serialize()`, " +
				"or of the service. The result has the attributes of the data source `azureml_batch_compute`. Attributes that are not in the JSON are null, " +
				"except `is_attached`, which is true, and `provisioning_state`, which is `Succeeded`.\n\n" +
				"As in the class, JSON is an error if `properties.computeType` is not `Batch`, or if any of the keys `location`, `id`, `tags`, " +
				"`properties.provisioningErrors`, `properties.description`, `properties.provisioningState` and `properties.resourceId` is missing; their values may be null. " +
				"A compute of another workspace is an error too, as the class documents but does not check.",
			Parameters: []function.Parameter{
				stringParameter("workspace_id", "Resource Manager id of the workspace that the compute is in. Letter case makes no difference. In the class: `workspace`."),
				stringParameter("json", "The compute as JSON. In the class: `object_dict`, which is the JSON decoded."),
			},
			Return: function.ObjectReturn{AttributeTypes: deserializedTypes()},
		},
		run: deserialize,
	}
}

type deserialized struct {
	tfvalue.BatchCompute

	WorkspaceID types.String `tfsdk:"workspace_id"`
	Serialized  types.String `tfsdk:"serialized"`
}

func deserializedTypes() map[string]attr.Type {
	attributes := stringTypes("workspace_id", "serialized")
	maps.Copy(attributes, tfvalue.BatchComputeTypes())
	return attributes
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
	response.Error = response.Result.Set(ctx, deserialized{tfvalue.BatchComputeOf(compute), types.StringValue(workspaceID), types.StringValue(serialized)})
}
