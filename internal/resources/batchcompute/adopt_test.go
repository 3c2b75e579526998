package batchcompute_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

func TestAdopt(t *testing.T) {
	for name, compute := range map[string]emulator.Compute{
		"as it is":             {Name: "mybatchcompute", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID},
		"account in capitals":  {Name: "mybatchcompute", ComputeType: "Batch", ResourceID: strings.ToUpper(emulator.DefaultBatchAccountID)},
		"with tags of its own": {Name: "mybatchcompute", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID, Tags: map[string]string{"by": "the SDK"}},
		"without a location": {
			Name: "mybatchcompute", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID,
			Mutate: func(document map[string]any) { delete(document, "location") },
		},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			e.PutCompute(emulator.DefaultWorkspaceID, compute)
			core := acctest.NewEmulatorCore(t, e)
			attributes := byNames(acctest.Attributes{"adopt_existing": true, "location": "westeurope"})
			checkSettles(t, core, attributes)
			for _, request := range requests(e) {
				if !strings.HasPrefix(request, "GET") {
					t.Errorf("%s was sent", request)
				}
			}
		})
	}
}

// What the configuration leaves out is the service's, from the adoption on.
func TestAdoptStoresTheServicesSettings(t *testing.T) {
	e := acctest.NewEmulator(t, emulator.WithTagsKept(true))
	description := "by hand"
	e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{
		Name: "mybatchcompute", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID, Tags: map[string]string{"by": "the SDK"}, Description: &description,
	})
	state, d := acctest.NewEmulatorCore(t, e).Apply(t.Context(), acctest.State{}, byNames(acctest.Attributes{"adopt_existing": true}))
	d.WantNone(t)
	if tags, _ := state.Get("tags"); state.Text("description") != description || !strings.Contains(tags.String(), "the SDK") {
		t.Errorf("the state has the description %q, and tags %s", state.Text("description"), tags)
	}
}

// A compute without a Batch account cannot be adopted.
func TestAdoptWhatIsHalfKnown(t *testing.T) {
	e := acctest.NewEmulator(t)
	e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "mybatchcompute", ComputeType: "Batch"})
	_, d := acctest.NewEmulatorCore(t, e).Apply(t.Context(), acctest.State{}, byNames(acctest.Attributes{"adopt_existing": true}))
	if d.Err() == nil || !strings.Contains(d.Err().Error(), "Azure does not return its Batch account, so it cannot be adopted") {
		t.Errorf("got %v", d.Err())
	}
}

// The account that Azure returns only when the attach has ended decides then.
func TestAdoptWhatIsHalfAttached(t *testing.T) {
	for id, says := range map[string]string{emulator.DefaultBatchAccountID: "", account(1): "with another Batch account"} {
		synctest.Test(t, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "mybatchcompute", ProvisioningState: "Creating"})
			time.AfterFunc(20*time.Second, func() { putBatch(e, "mybatchcompute", id) })
			core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
			state, d := core.Apply(t.Context(), acctest.State{}, byID(acctest.Attributes{"adopt_existing": true}))
			if says == "" {
				wantKept(t, state)
				d.WantNone(t)
				return
			}
			wantGone(t, state)
			d.WantError(t, says)
		})
	}
}

// A compute that is detached while its adoption waits is attached again.
func TestAdoptWhatIsBeingDetached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := acctest.NewEmulator(t)
		e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "mybatchcompute", ResourceID: emulator.DefaultBatchAccountID, ProvisioningState: "Creating"})
		time.AfterFunc(20*time.Second, func() { e.RemoveCompute(computeID) })
		checkSettles(t, acctest.NewEmulatorCore(t, e, acctest.AsShipped), byID(acctest.Attributes{"adopt_existing": true}))
	})
}

// adopt_existing attaches if there is nothing to adopt.
func TestAdoptNothing(t *testing.T) {
	e := acctest.NewEmulator(t)
	checkSettles(t, acctest.NewEmulatorCore(t, e), byNames(acctest.Attributes{"adopt_existing": true}))
	if _, exists := e.Compute(computeID); !exists {
		t.Error("nothing was attached")
	}
}
