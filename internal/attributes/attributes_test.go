package attributes_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

func TestMain(m *testing.M) { acctest.Main(m) }

const computeID = emulator.DefaultWorkspaceID + "/computes/c1"

var (
	detail = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"code": tftypes.String, "message": tftypes.String}}
	failed = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"code": tftypes.String, "message": tftypes.String, "target": tftypes.String, "details": tftypes.List{ElementType: detail},
	}}
)

func text(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

func list(of tftypes.Type, elements ...tftypes.Value) tftypes.Value {
	return tftypes.NewValue(tftypes.List{ElementType: of}, elements)
}

// sent has computes as the service returns them, and the attributes that they must give.
// TestEachAttribute fails for an attribute that is missing here.
var sent = map[string]struct {
	compute emulator.Compute
	want    map[string]tftypes.Value
}{
	"everything": {
		emulator.Compute{
			Location: "westeurope", ComputeLocation: "northeurope", Description: new("d"), Tags: map[string]string{"a": "1"},
			ProvisioningState: "Failed", CreatedOn: time.Date(2026, 7, 1, 9, 30, 0, 0, time.UTC), ModifiedOn: time.Date(2026, 7, 1, 9, 31, 0, 500, time.UTC),
			ProvisioningErrors: json.RawMessage(`[{"error": {"code": "Quota", "message": "None left.", "target": "pool", "details": [{"code": "Ask", "message": "Ask for more."}]}}]`),
			// The emulator has no field for this one.
			Mutate: func(document map[string]any) { document["properties"].(map[string]any)["isAttachedCompute"] = false },
		},
		map[string]tftypes.Value{
			"id": text(computeID), "name": text("c1"), "batch_account_id": text(emulator.DefaultBatchAccountID),
			"location": text("westeurope"), "compute_location": text("northeurope"), "description": text("d"),
			"tags":               tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"a": text("1")}),
			"provisioning_state": text("Failed"),
			"provisioning_errors": list(failed, tftypes.NewValue(failed, map[string]tftypes.Value{
				"code": text("Quota"), "message": text("None left."), "target": text("pool"),
				"details": list(detail, tftypes.NewValue(detail, map[string]tftypes.Value{"code": text("Ask"), "message": text("Ask for more.")})),
			})),
			"is_attached": tftypes.NewValue(tftypes.Bool, false),
			"created_on":  text("2026-07-01T09:30:00Z"),
			"modified_on": text("2026-07-01T09:31:00.0000005Z"),
		},
	},
	"nothing": {
		emulator.Compute{Mutate: func(document map[string]any) {
			full := document["properties"].(map[string]any)
			document["properties"] = map[string]any{"computeType": full["computeType"], "resourceId": full["resourceId"]}
			delete(document, "location")
			delete(document, "tags")
		}},
		map[string]tftypes.Value{
			"id": text(computeID), "name": text("c1"), "batch_account_id": text(emulator.DefaultBatchAccountID),
			"location": tftypes.NewValue(tftypes.String, nil), "compute_location": tftypes.NewValue(tftypes.String, nil), "description": tftypes.NewValue(tftypes.String, nil),
			"tags":                tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, nil),
			"provisioning_state":  text("Succeeded"),
			"provisioning_errors": list(failed),
			"is_attached":         tftypes.NewValue(tftypes.Bool, true),
			"created_on":          tftypes.NewValue(tftypes.String, nil),
			"modified_on":         tftypes.NewValue(tftypes.String, nil),
		},
	},
}

// elsewhere are attributes that are not a compute's, but a single data source's or the
// resource's configuration. Other tests cover them.
var elsewhere = []string{
	"workspace_id", "serialized", "shares_batch_account_with", "batch_resource_group_name", "batch_account_name", "adopt_existing", "timeouts",
}

// The resource and the data sources have the same attributes, with the same values.
func TestEachAttribute(t *testing.T) {
	for name, test := range sent {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			test.compute.Name, test.compute.ComputeType, test.compute.ResourceID = "c1", "Batch", emulator.DefaultBatchAccountID
			e.PutCompute(emulator.DefaultWorkspaceID, test.compute)
			for place, got := range read(t, e) {
				for attribute, want := range test.want {
					if value, ok := got[attribute]; !ok || !value.Equal(want) {
						t.Errorf("%s: %s is %s, want %s", place, attribute, value, want)
					}
				}
				for attribute := range got {
					if !slices.Contains(elsewhere, attribute) && !hasValue(attribute) {
						t.Errorf("%s: the test has no value for %s", place, attribute)
					}
				}
			}
		})
	}
}

// hasValue reports whether the test has the attribute both with a value and without one.
func hasValue(attribute string) bool {
	_, everything := sent["everything"].want[attribute]
	_, nothing := sent["nothing"].want[attribute]
	return everything && nothing
}

// read returns the compute c1 as the resource and each data source have it.
func read(t *testing.T, e *emulator.Emulator) map[string]map[string]tftypes.Value {
	t.Helper()
	core := acctest.NewEmulatorCore(t, e)
	resource, d := core.Import(t.Context(), computeID)
	check(t, d.Err())
	one, d := core.ReadData(t.Context(), "azureml_batch_compute", acctest.Attributes{"name": "c1", "workspace_id": emulator.DefaultWorkspaceID})
	check(t, d.Err())
	many, d := core.ReadData(t.Context(), "azureml_batch_computes", acctest.Attributes{"workspace_id": emulator.DefaultWorkspaceID})
	check(t, d.Err())
	computes, _ := many.Get("batch_computes")
	var elements []tftypes.Value
	check(t, computes.As(&elements))
	if len(elements) != 1 {
		t.Fatalf("batch_computes has %d elements, want 1", len(elements))
	}
	read := map[string]map[string]tftypes.Value{}
	for place, value := range map[string]tftypes.Value{"resource": resource.Value, "azureml_batch_compute": one.Value, "azureml_batch_computes": elements[0]} {
		var attributes map[string]tftypes.Value
		check(t, value.As(&attributes))
		read[place] = attributes
	}
	return read
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
