package datasources_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// The result grows linearly with the number of computes: of a thousand that share a Batch
// account, or that failed, some are named and the rest counted.
func TestAThousandOfOneAccount(t *testing.T) {
	e := acctest.NewEmulator(t)
	for i := range 1000 {
		e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{
			Name: fmt.Sprintf("c%d", i), ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID, ProvisioningState: "Failed",
		})
	}
	core := acctest.NewEmulatorCore(t, e)
	data, d := core.ReadData(t.Context(), "azureml_batch_computes", acctest.Attributes{"workspace_id": emulator.DefaultWorkspaceID})
	if d.Err() != nil {
		t.Fatal(d.Err())
	}
	list, _ := data.Get("batch_computes")
	if n := strings.Count(list.String(), "/computes/c"); n < 1000 || n > 10_000 {
		t.Errorf("the list has %d ids of computes", n)
	}
	size := 0
	for _, warning := range d.Warnings {
		size += len(warning)
	}
	if len(d.Warnings) != 101 || size > 200_000 || !strings.Contains(d.Warnings[100], "more warnings are not shown") {
		t.Errorf("%d warnings of %d bytes, the last is %s", len(d.Warnings), size, d.Warnings[len(d.Warnings)-1])
	}
}
