package batchcompute_test

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// TestUpgrade checks that a state of an earlier version needs no manual changes. Each change of
// the schema's attributes adds a file, testdata/state-vVERSION[-NAME].json, with a resource's
// attributes from a terraform.tfstate of the changed schema. Files are never edited, so the
// states of all earlier schemas stay.
func TestUpgrade(t *testing.T) {
	files, err := filepath.Glob("testdata/state-v*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no states to upgrade", err)
	}
	current := false
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
			var written map[string]json.RawMessage
			var read map[string]tftypes.Value
			if err := errors.Join(json.Unmarshal(raw, &written), state.Value.As(&read)); err != nil {
				t.Fatal(err)
			}
			current = current || slices.Equal(slices.Sorted(maps.Keys(written)), slices.Sorted(maps.Keys(read)))
			if plan, d := core.Plan(t.Context(), state, byNames()); d.Err() != nil || plan.Action != "no-op" {
				t.Errorf("the plan is %s, %v", plan.Action, d.Err())
			}
		})
	}
	if !current {
		t.Errorf("none of %v has exactly today's attributes: add a state, see \"Add an attribute\" in CONTRIBUTING.md", files)
	}
}
