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
			Summary: "Reads which workspace a config.json means.",
			MarkdownDescription: "Gives the Resource Manager id of the workspace that a `config.json` means, as `Workspace.from_config()` of the Python SDK reads it: " +
				"by `Scope`, as `Workspace.write_config()` writes it and older versions did in `project.json`; or else by `subscription_id`, `resource_group` and `workspace_name`, " +
				"as in the file that Azure offers for download. A byte order mark before it makes no difference.",
			Parameters: []function.Parameter{
				stringParameter("json", "What is in the file, such as `file(\"config.json\")`."),
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
