package functions_test

import (
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

func TestWorkspaceIDFromConfig(t *testing.T) {
	for name, config := range map[string]string{
		"write_config": `{"Id": null, "Scope": "` + emulator.DefaultWorkspaceID + `"}`,
		"download":     "\ufeff" + `{"subscription_id": "` + emulator.DefaultSubscriptionID + `", "resource_group": "rg-ml", "workspace_name": "ws0"}`,
	} {
		if got := goString(t, mustCall(t, "workspace_id_from_config", str(config))); got != emulator.DefaultWorkspaceID {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

func TestWorkspaceIDFromConfigRefusals(t *testing.T) {
	for config, says := range map[string]string{
		"config.json":                        "is not JSON",
		`{"resource_group": "rg"}`:           `no "subscription_id", no "workspace_name"`,
		`{"Scope": "` + computeID[:9] + `"}`: `"Scope": `,
	} {
		_, err := call(t, "workspace_id_from_config", str(config))
		refused(t, err, 0, says)
	}
}
