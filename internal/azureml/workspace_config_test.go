package azureml

import (
	"strings"
	"testing"
)

func TestWorkspaceIDFromConfig(t *testing.T) {
	keys := `{"subscription_id": "00000000-0000-0000-0000-000000000001", "resource_group": "rg-ml", "workspace_name": "ws0"}`
	scope := `{"Id": null, "Scope": "` + testWorkspace.ID.String() + `"}`
	for name, config := range map[string]string{
		"as Azure offers it":        keys,
		"as write_config writes it": scope,
		"byte order mark":           "\ufeff" + keys,
		"more keys":                 strings.Replace(keys, "{", `{"tenant_id": "x", "Id": 7, `, 1),
		"Scope is empty":            strings.Replace(keys, "{", `{"Scope": "", `, 1),
		"Scope is null":             strings.Replace(keys, "{", `{"Scope": null, `, 1),
		"Scope decides":             strings.Replace(strings.Replace(keys, "ws0", "ws1", 1), "{", `{"Scope": "`+testWorkspace.ID.String()+`", `, 1),
		"Scope in lower case":       strings.ReplaceAll(strings.ReplaceAll(scope, "resourceGroups", "resourcegroups"), "Microsoft", "microsoft"),
		"Scope of a project":        strings.Replace(scope, "ws0", "ws0/projects/p", 1),
		"Scope with a slash":        strings.Replace(scope, "ws0", "ws0/", 1),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := WorkspaceIDFromConfig([]byte(config))
			if err != nil {
				t.Fatal(err)
			}
			if got != testWorkspace.ID {
				t.Errorf("the workspace is %s, want %s", got, testWorkspace.ID)
			}
		})
	}
}

func TestWorkspaceIDFromConfigRefusals(t *testing.T) {
	for name, test := range map[string]struct{ config, says string }{
		"no JSON":             {"subscription_id: x", "is not JSON"},
		"no object":           {"[]", "not an object"},
		"nothing":             {"{}", `no "subscription_id", no "resource_group", no "workspace_name"`},
		"one key missing":     {`{"subscription_id": "00000000-0000-0000-0000-000000000001", "workspace_name": "ws0"}`, `no "resource_group": it needs`},
		"a key is null":       {`{"subscription_id": null, "resource_group": "rg", "workspace_name": "ws0"}`, `"subscription_id" is null, not a string`},
		"a key is a number":   {`{"subscription_id": "00000000-0000-0000-0000-000000000001", "resource_group": "rg", "workspace_name": 7}`, `"workspace_name" is a number, not a string`},
		"a key is a boolean":  {`{"subscription_id": true, "resource_group": "rg", "workspace_name": "ws0"}`, `"subscription_id" is a boolean, not a string`},
		"a key is an object":  {`{"subscription_id": {}, "resource_group": "rg", "workspace_name": "ws0"}`, `"subscription_id" is an object, not a string`},
		"placeholders":        {`{"subscription_id": "<subscription-id>", "resource_group": "rg", "workspace_name": "ws0"}`, `"subscription_id": a subscription id is a GUID`},
		"bad group":           {`{"subscription_id": "00000000-0000-0000-0000-000000000001", "resource_group": "r/g", "workspace_name": "ws0"}`, `"resource_group": the name of a resource group has`},
		"bad workspace":       {`{"subscription_id": "00000000-0000-0000-0000-000000000001", "resource_group": "rg", "workspace_name": "w"}`, `"workspace_name": the name of a workspace has`},
		"Scope is a number":   {`{"Scope": 7}`, `"Scope" is a number, not a string`},
		"Scope is short":      {`{"Scope": "/subscriptions/x"}`, `"Scope": this is not the id of a workspace`},
		"Scope of an account": {`{"Scope": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Batch/batchAccounts/batch0"}`, "of another type of resource"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := WorkspaceIDFromConfig([]byte(test.config))
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v and %v, want an error with %q", got, err, test.says)
			}
		})
	}
}
