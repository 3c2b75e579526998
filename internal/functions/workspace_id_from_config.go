package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

func newWorkspaceIDFromConfig() function.Function {
	return simple{
		name: "workspace_id_from_config",
		definition: function.Definition{
			Summary: "Reads the workspace id from a config.json.",
			MarkdownDescription: "Returns the Resource Manager id of the workspace in a `config.json`, as `Workspace.from_config()` of the Python SDK reads it: " +
				"from `Scope`, which `Workspace.write_config()` writes, and older versions wrote to `project.json`; or else from `subscription_id`, `resource_group` and `workspace_name`, " +
				"which are in the file that Azure offers for download. A byte order mark is ignored.",
			Parameters: []function.Parameter{
				stringParameter("json", "Content of the file, such as `file(\"config.json\")`."),
			},
			Return: function.StringReturn{},
		},
		run: workspaceIDFromConfig,
	}
}

func workspaceIDFromConfig(ctx context.Context, request function.RunRequest, response *function.RunResponse) {
	var config string
	if response.Error = request.Arguments.Get(ctx, &config); response.Error != nil {
		return
	}
	id, err := azureml.WorkspaceIDFromConfig([]byte(config))
	if err != nil {
		refuse(response, 0, err)
		return
	}
	response.Error = response.Result.Set(ctx, id.String())
}
