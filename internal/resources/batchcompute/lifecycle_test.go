package batchcompute_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

const computeID = emulator.DefaultWorkspaceID + "/computes/mybatchcompute"

// byNames returns the configuration of the Python class's example.
func byNames(more ...acctest.Attributes) acctest.Attributes {
	return with(acctest.Attributes{
		"name":                      "mybatchcompute",
		"workspace_id":              emulator.DefaultWorkspaceID,
		"batch_resource_group_name": "rg-batch",
		"batch_account_name":        "batch0",
	}, more...)
}

func byID(more ...acctest.Attributes) acctest.Attributes {
	return with(acctest.Attributes{
		"name":             "mybatchcompute",
		"workspace_id":     emulator.DefaultWorkspaceID,
		"batch_account_id": emulator.DefaultBatchAccountID,
	}, more...)
}

// with sets more attributes. nil removes one.
func with(attributes acctest.Attributes, more ...acctest.Attributes) acctest.Attributes {
	for _, changes := range more {
		for name, value := range changes {
			attributes[name] = value
		}
	}
	return attributes
}

func TestExampleOfThePythonClass(t *testing.T) {
	for form, attributes := range map[string]acctest.Attributes{"by names": byNames(), "by id": byID()} {
		acctest.Run(t, form, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			core := acctest.NewEmulatorCore(t, e)

			state, d := core.Apply(t.Context(), acctest.State{}, attributes)
			if err := d.Err(); err != nil {
				t.Fatal(err)
			}
			sent := requests(e)
			slices.Sort(sent[:min(3, len(sent))]) // the first three are sent together
			if diff := cmp.Diff([]string{"GET compute", "GET list", "GET workspace", "PUT compute", "GET status", "GET compute"}, sent); diff != "" {
				t.Errorf("the attach sends other requests (-want +got):\n%s", diff)
			}
			for attribute, want := range map[string]string{
				"id": computeID, "provisioning_state": "Succeeded", "batch_account_id": emulator.DefaultBatchAccountID,
				"batch_resource_group_name": "rg-batch", "batch_account_name": "batch0", "location": "westeurope", "compute_location": "westeurope",
			} {
				if got := state.Text(attribute); got != want {
					t.Errorf("%s is %q, want %q", attribute, got, want)
				}
			}

			plan, d := core.Plan(t.Context(), state, attributes)
			if d.Err() != nil || plan.Action != "no-op" {
				t.Errorf("the second plan is %s, %v", plan.Action, d.Err())
			}

			core.NewRun()
			e.ResetLog()
			state, d = core.Destroy(t.Context(), state)
			if d.Err() != nil || state.Exists() {
				t.Errorf("after the destroy, the state has %v; error: %v", state.Value, d.Err())
			}
			if diff := cmp.Diff([]string{"GET compute", "DELETE compute", "GET status", "GET compute"}, requests(e)); diff != "" {
				t.Errorf("the detach sends other requests (-want +got):\n%s", diff)
			}
			if _, exists := e.Compute(computeID); exists {
				t.Error("the compute is still attached")
			}
			if diff := cmp.Diff([]string{emulator.DefaultBatchAccountID}, e.BatchAccounts()); diff != "" {
				t.Errorf("the Batch accounts changed (-want +got):\n%s", diff)
			}
		})
	}
}

// The bodies and queries are those that the Python package sends.
func TestRequestsOfTheLifecycle(t *testing.T) {
	e := acctest.NewEmulator(t)
	core := acctest.NewEmulatorCore(t, e)
	state, d := core.Apply(t.Context(), acctest.State{}, byNames(acctest.Attributes{"tags": map[string]string{"team": "risk"}, "description": "nightly"}))
	if err := d.Err(); err != nil {
		t.Fatal(err)
	}
	core.NewRun()
	if _, d = core.Destroy(t.Context(), state); d.Err() != nil {
		t.Fatal(d.Err())
	}
	var put, del emulator.Request
	for _, request := range e.ARMRequests() {
		switch request.Method {
		case http.MethodPut:
			put = request
		case http.MethodDelete:
			del = request
		}
	}
	var body any
	if err := json.Unmarshal(put.Body, &body); err != nil {
		t.Fatal(err)
	}
	wantBody := map[string]any{
		"location": "westeurope",
		"tags":     map[string]any{"team": "risk"},
		"properties": map[string]any{
			"computeType": "Batch",
			"resourceId":  emulator.DefaultBatchAccountID,
			"description": "nightly",
		},
	}
	if diff := cmp.Diff(any(wantBody), body); diff != "" {
		t.Errorf("PUT body:\n%s", diff)
	}
	if put.Path != computeID || put.Query != "api-version=2020-02-02" {
		t.Errorf("PUT %s?%s", put.Path, put.Query)
	}
	if del.Path != computeID || del.Query != "api-version=2020-02-02&underlyingResourceAction=detach" || len(del.Body) > 0 {
		t.Errorf("DELETE %s?%s with %q", del.Path, del.Query, del.Body)
	}
}

// requests returns the requests that reached Resource Manager, in the form "GET compute".
func requests(e *emulator.Emulator) []string {
	sent := e.ARMRequests()
	words := make([]string, 0, len(sent))
	for _, request := range sent {
		words = append(words, inWords(request.Method, request.Path))
	}
	return words
}

func inWords(method, path string) string {
	what := "workspace"
	switch path := strings.ToLower(path); {
	case strings.Contains(path, "/computeoperationsstatus/"):
		what = "status"
	case strings.HasSuffix(path, "/computes"):
		what = "list"
	case strings.Contains(path, "/computes/"):
		what = "compute"
	}
	return method + " " + what
}
