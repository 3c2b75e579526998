package batchcompute_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// TestRecordings runs a compute's whole life on each recording in the emulator's testdata.
// A new recording of `make verify-azure` is tested as soon as it is added.
func TestRecordings(t *testing.T) {
	files, err := filepath.Glob("../../emulator/testdata/recordings/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	for _, file := range files {
		recording := readRecording(t, file)
		acctest.Run(t, filepath.Base(file), func(t *testing.T) {
			e := acctest.NewEmulator(t, emulator.WithReplay(recording))
			core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
			attributes := acctest.Attributes{
				"name": nameOf(recording), "workspace_id": recording.WorkspaceID(), "batch_account_id": recording.BatchAccountID(),
			}
			if outcome, said := outcomeOf(recording); outcome != "Succeeded" {
				failsOn(t, core, attributes, outcome, said)
				return
			}
			state, d := core.Apply(t.Context(), acctest.State{}, attributes)
			for _, step := range []string{"after the apply", "after a refresh"} {
				if d.Err() != nil {
					t.Fatalf("%s: %v", step, d.Err())
				}
				plan, planned := core.Plan(t.Context(), state, attributes)
				if planned.Err() != nil || plan.Action != "no-op" {
					t.Fatalf("%s, the plan is %s %v\nof %s", step, plan.Action, planned.Err(), state.Value)
				}
				core.NewRun()
				state, d = core.Refresh(t.Context(), state)
			}
			state, d = core.Destroy(t.Context(), state)
			if d.Err() != nil || state.Exists() {
				t.Errorf("after the destroy: %v, %v", state.Value, d.Err())
			}
			// The replies came from the recording, not from the emulator itself.
			if left := e.Computes(); len(left) > 0 {
				t.Errorf("the emulator has attached %v", left)
			}
		})
	}
}

// failsOn checks that the apply fails with Azure's own words, and that a destroy removes what
// is left.
func failsOn(t *testing.T, core *acctest.Core, attributes acctest.Attributes, outcome, said string) {
	t.Helper()
	state, d := core.Apply(t.Context(), acctest.State{}, attributes)
	d.WantError(t, said)
	if refused := outcome == "refused"; state.Exists() == refused {
		t.Errorf("in the state: %v", state.Exists())
	}
	if !state.Exists() {
		return
	}
	if state, d = core.Destroy(t.Context(), state); d.Err() != nil || state.Exists() {
		t.Errorf("after the destroy: %v, %v", state.Value, d.Err())
	}
}

func readRecording(t *testing.T, path string) *emulator.Recording {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	recording, err := emulator.ReadRecording(file)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return recording
}

func nameOf(recording *emulator.Recording) string {
	return recording.ComputeID()[strings.LastIndex(recording.ComputeID(), "/")+1:]
}

// outcomeOf returns the state in which the recorded attach ended, or "refused", and the
// service's message.
func outcomeOf(recording *emulator.Recording) (outcome, said string) {
	outcome = "refused"
	for _, x := range recording.Exchanges {
		if !strings.EqualFold(x.Request.Path, recording.ComputeID()) || x.Request.Method == http.MethodDelete {
			continue
		}
		var body struct {
			Properties struct {
				ProvisioningState string `json:"provisioningState"`
			} `json:"properties"`
			Error struct {
				Message string `json:"message"`
			} `json:"error"`
		}
		if json.Unmarshal(x.Response.Body, &body) != nil {
			continue
		}
		switch state := body.Properties.ProvisioningState; {
		case strings.EqualFold(state, "Succeeded"):
			return "Succeeded", ""
		case state != "":
			outcome = state
		case x.Request.Method == http.MethodPut && x.Response.Status >= 400:
			said = body.Error.Message
		}
	}
	return outcome, said
}
