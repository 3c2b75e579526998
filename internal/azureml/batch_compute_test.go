package azureml

import (
	"net/http"
	"testing"
)

// RefreshState replaces what is known of a compute by what the service has now, unless that
// cannot be read.
func TestRefreshState(t *testing.T) {
	service := &script{replies: map[string][]string{http.MethodGet: {ownBegun, ownFailed, refuses}}}
	compute, err := service.workspace(t).BatchCompute(t.Context(), "c")
	if err != nil {
		t.Fatal(err)
	}
	if compute.WorkspaceID() != testWorkspace.ID || compute.ProvisioningState != "Creating" || compute.Reasons() != "" {
		t.Errorf("it is %+v", compute)
	}
	if err := compute.RefreshState(t.Context()); err != nil || compute.ProvisioningState != "Failed" || compute.Reasons() != "Rights: Too few." {
		t.Errorf("it is %+v: %v", compute, err)
	}
	if err := compute.RefreshState(t.Context()); !isForbidden(err) || compute.ProvisioningState != "Failed" {
		t.Errorf("it is %+v: %v", compute, err)
	}
}

func TestLacks(t *testing.T) {
	for want, compute := range map[string]BatchCompute{
		"":                        {Name: "c", ClusterResourceID: ownAccount},
		"it has no name":          {ClusterResourceID: ownAccount},
		"it has no Batch account": {Name: "c"},
	} {
		if got := compute.Lacks(); got != want {
			t.Errorf("%+v: %q, want %q", compute, got, want)
		}
	}
}
