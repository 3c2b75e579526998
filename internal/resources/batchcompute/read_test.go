package batchcompute_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

func TestReadRemovesADetachedCompute(t *testing.T) {
	for name, remove := range map[string]func(*emulator.Emulator){
		"the compute":         func(e *emulator.Emulator) { e.RemoveCompute(computeID) },
		"the whole workspace": func(e *emulator.Emulator) { e.RemoveWorkspace(emulator.DefaultWorkspaceID) },
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e, core, state := attached(t, byNames())
			remove(e)
			state, d := core.Refresh(t.Context(), state)
			if d.Err() != nil || state.Exists() {
				t.Errorf("the state has %q, want nothing; the error is %v", state.Text("id"), d.Err())
			}
		})
	}
}

// A 404 without Azure's own code for a missing resource leaves the state as it is.
func TestReadKeepsAComputeThatMayExist(t *testing.T) {
	for name, fault := range map[string]emulator.Fault{
		"a page of a proxy": {Status: 404, Header: map[string]string{"Content-Type": "text/html"}, Body: "<html>Not here</html>"},
		"an empty 404":      {Status: 404},
		"the wrong tenant":  {Status: 404, Header: map[string]string{"x-ms-request-id": "1"}, Body: `{"error": {"code": "SubscriptionNotFound", "message": "Not in this tenant."}}`},
		"no permission":     {Status: 403, Body: `{"error": {"code": "AuthorizationFailed", "message": "No."}}`},
		"a redirect":        {Status: 302, Header: map[string]string{"Location": "https://portal.example/"}},
		"not JSON":          {Status: 200, Body: "<html>"},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e, core, state := attached(t, byNames())
			fault.Path, fault.Times = "/computes/", 1
			if fault.Status == 200 {
				fault.Times = -1
			}
			e.Inject(fault)
			after, d := core.Refresh(t.Context(), state)
			if fault.Status != 200 && d.Err() == nil {
				t.Error("the refresh succeeded")
			}
			d.WantErrorOmits(t, "-refresh=false") // the advice for a timeout
			if !after.Exists() {
				t.Error("the compute was removed from the state")
			}
			e.ClearFaults()
			core.NewRun()
			e.Inject(fault)
			after, d = core.Destroy(t.Context(), state)
			wantKept(t, after)
			d.WantError(t, "Cannot detach")
		})
	}
}

// When the name belongs to a compute of another type now, the attachment is gone, and the
// other compute is not changed.
func TestNameOfAnotherType(t *testing.T) {
	e, core, state := attached(t, byNames())
	e.EditCompute(computeID, func(c *emulator.Compute) { c.ComputeType = "AmlCompute" })
	after, d := core.Refresh(t.Context(), state)
	if d.Err() != nil || after.Exists() {
		t.Errorf("after the refresh, in the state: %t, error: %v", after.Exists(), d.Err())
	}
	if warnings := strings.Join(d.Warnings, "\n"); !strings.Contains(warnings, `"mybatchcompute" is no longer a Batch compute`) || !strings.Contains(warnings, "AmlCompute") {
		t.Errorf("the refresh warns: %q", warnings)
	}
	if after, d := core.Destroy(t.Context(), state); d.Err() != nil || after.Exists() {
		t.Errorf("the destroy: %v", d.Err())
	}
	if _, exists := e.Compute(computeID); !exists || writes(e, "DELETE") > 0 {
		t.Error("the other compute was changed")
	}
}
