package batchcompute_test

import (
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// putBatch attaches a Batch account as a compute of the default workspace, without using the
// provider.
func putBatch(e *emulator.Emulator, name, accountID string) {
	e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: name, ComputeType: "Batch", ResourceID: accountID})
}

// wantGone fails the test when the state still has a resource.
func wantGone(t *testing.T, state acctest.State) {
	t.Helper()
	if state.Exists() {
		t.Errorf("the state has %s, want nothing", state.Text("id"))
	}
}

// wantKept fails the test when the state has no resource.
func wantKept(t *testing.T, state acctest.State) {
	t.Helper()
	if !state.Exists() {
		t.Error("the resource is not in the state")
	}
}
