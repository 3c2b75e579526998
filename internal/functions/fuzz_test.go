package functions_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// FuzzDeserialize: JSON that is accepted survives the round trip.
func FuzzDeserialize(f *testing.F) {
	files, err := filepath.Glob("testdata/python/*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("there is no test data: %v", err)
	}
	for _, file := range files {
		made, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(made))
	}
	f.Fuzz(func(t *testing.T, payload string) {
		if x, refusal := call(t, "deserialize_batch_compute", str(emulator.DefaultWorkspaceID), str(payload)); refusal == nil {
			roundTrip(t, x)
		}
	})
}

// FuzzWorkspaceIDFromConfig: a config that is accepted yields an id that the resource
// accepts.
func FuzzWorkspaceIDFromConfig(f *testing.F) {
	f.Add(`{"Id": null, "Scope": "` + emulator.DefaultWorkspaceID + `"}`)
	f.Add(`{"subscription_id": "` + emulator.DefaultSubscriptionID + `", "resource_group": "rg-ml", "workspace_name": "ws0"}`)
	f.Fuzz(func(t *testing.T, config string) {
		id, refusal := call(t, "workspace_id_from_config", str(config))
		if refusal != nil {
			return
		}
		if _, err := azureml.ParseWorkspaceID(goString(t, id)); err != nil {
			t.Errorf("%s gives %v", config, err)
		}
	})
}
