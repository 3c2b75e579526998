package azureml

import (
	"fmt"
	"strings"
)

// WorkspaceIDFromConfig reads which workspace a config.json is for, as
// Workspace.from_config of the Python SDK reads it: by its "Scope", which
// Workspace.write_config writes and which older ones named project.json have too, or
// else by the three keys of the file that Azure offers for download.
func WorkspaceIDFromConfig(config []byte) (WorkspaceID, error) {
	document, err := decodeObject("the configuration", config)
	if err != nil {
		return WorkspaceID{}, err
	}
	switch scope := document["Scope"].(type) {
	case nil:
	case string:
		if scope != "" {
			return parseScope(scope)
		}
	default:
		return WorkspaceID{}, fmt.Errorf(`the configuration's "Scope" is %s, not a string`, typeOf(scope))
	}
	return workspaceIDFromKeys(document)
}

// parseScope reads a workspace's id, or that of something in a workspace: the Python
// class looks no further than the workspace's name either.
func parseScope(scope string) (WorkspaceID, error) {
	parts := strings.Split(scope, "/")
	length := len(strings.Split(workspaceKind.shape, "/"))
	id, err := ParseWorkspaceID(strings.Join(parts[:min(len(parts), length)], "/"))
	if err != nil {
		return WorkspaceID{}, fmt.Errorf(`the configuration's "Scope": %w`, err)
	}
	return id, nil
}

func workspaceIDFromKeys(document map[string]any) (WorkspaceID, error) {
	var id WorkspaceID
	keys := []struct {
		name     string
		value    *string
		validate func(string) error
	}{
		{"subscription_id", &id.SubscriptionID, ValidateSubscriptionID},
		{"resource_group", &id.ResourceGroup, ValidateResourceGroupName},
		{"workspace_name", &id.Name, validateWorkspaceName},
	}
	var missing []string
	for _, key := range keys {
		if _, ok := document[key.name]; !ok {
			missing = append(missing, fmt.Sprintf("%q", key.name))
		}
	}
	if len(missing) > 0 {
		return WorkspaceID{}, fmt.Errorf("the configuration has no %s: it needs \"subscription_id\", \"resource_group\" and \"workspace_name\", or \"Scope\" with the workspace's id",
			strings.Join(missing, ", no "))
	}
	for _, key := range keys {
		value, ok := document[key.name].(string)
		if !ok {
			return WorkspaceID{}, fmt.Errorf("the configuration's %q is %s, not a string", key.name, typeOf(document[key.name]))
		}
		if err := key.validate(value); err != nil {
			return WorkspaceID{}, fmt.Errorf("the configuration's %q: %w", key.name, err)
		}
		*key.value = value
	}
	return id, nil
}

// typeOf names the type of a JSON value that is not a string. The value itself may be a secret.
func typeOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return "a number"
}
