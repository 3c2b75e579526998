package batchcompute_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// TestUpgrade checks that states of earlier versions need no manual work. Each change of the
// schema's attributes adds a file here, testdata/state-vVERSION[-WHAT].json: a resource's
// attributes from a terraform.tfstate from before the change. The files are never edited.
func TestUpgrade(t *testing.T) {
	files, err := filepath.Glob("testdata/state-v*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no states to upgrade", err)
	}
	for _, file := range files {
		acctest.Run(t, filepath.Base(file), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			number, _, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "state-v"), ".json"), "-")
			version, err := strconv.ParseInt(number, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			e := acctest.NewEmulator(t)
			putBatch(e, "mybatchcompute", emulator.DefaultBatchAccountID)
			core := acctest.NewEmulatorCore(t, e)
			state, d := core.Upgrade(t.Context(), version, raw)
			if d.Err() != nil {
				t.Fatal(d.Err())
			}
			checkIdentity(t, core, state)
			if plan, d := core.Plan(t.Context(), state, byNames()); d.Err() != nil || plan.Action != "no-op" {
				t.Errorf("the plan is %s, %v", plan.Action, d.Err())
			}
		})
	}
}
