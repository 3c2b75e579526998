package datasources_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator/emulatortest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

var otherAccount = strings.Replace(emulator.DefaultBatchAccountID, "batch0", "batch1", 1)

// populate puts three Batch computes and one of another type into the workspace.
func populate(e *emulator.Emulator) {
	description := "for <risk> & more"
	for _, compute := range []emulator.Compute{
		{Name: "zeta", ComputeType: "Batch", ResourceID: otherAccount},
		{Name: "alpha", ComputeType: "Batch", ResourceID: strings.ToUpper(emulator.DefaultBatchAccountID), Description: &description, Tags: map[string]string{"a": "1"}},
		{Name: "cluster", ComputeType: "AmlCompute"},
		{Name: "mid", ComputeType: "Batch", ResourceID: otherAccount, ProvisioningState: "Failed", ProvisioningErrors: json.RawMessage(`[{"error": {"code": "Quota", "message": "None left."}}]`)},
	} {
		e.PutCompute(emulator.DefaultWorkspaceID, compute)
	}
}

func TestBatchCompute(t *testing.T) {
	e := acctest.NewEmulator(t)
	populate(e)
	core := acctest.NewEmulatorCore(t, e)
	data, d := core.ReadData(t.Context(), "azureml_batch_compute", acctest.Attributes{"name": "alpha", "workspace_id": strings.ToLower(emulator.DefaultWorkspaceID)})
	if d.Err() != nil {
		t.Fatal(d.Err())
	}
	for attribute, want := range map[string]string{
		"name": "alpha", "batch_account_id": strings.ToUpper(emulator.DefaultBatchAccountID), "location": "westeurope",
		"description": "for <risk> & more", "provisioning_state": "Succeeded", "workspace_id": strings.ToLower(emulator.DefaultWorkspaceID),
	} {
		if got := data.Text(attribute); got != want {
			t.Errorf("%s is %q, want %q", attribute, got, want)
		}
	}
	var serialized map[string]any
	if err := json.Unmarshal([]byte(data.Text("serialized")), &serialized); err != nil {
		t.Fatal(err)
	}
	properties, _ := serialized["properties"].(map[string]any)
	if properties["description"] != "for <risk> & more" || properties["computeType"] != "Batch" || serialized["name"] != "alpha" {
		t.Errorf("serialized is %v", serialized)
	}
	if got := e.ARMRequests(); len(got) != 1 {
		t.Errorf("it took %d requests: %v", len(got), got)
	}
}

func TestBatchComputeHasProvisioningErrors(t *testing.T) {
	e := acctest.NewEmulator(t)
	populate(e)
	data, d := acctest.NewEmulatorCore(t, e).ReadData(t.Context(), "azureml_batch_compute", acctest.Attributes{"name": "mid", "workspace_id": emulator.DefaultWorkspaceID})
	if d.Err() != nil {
		t.Fatal(d.Err())
	}
	errors, _ := data.Get("provisioning_errors")
	if data.Text("provisioning_state") != "Failed" || !strings.Contains(errors.String(), "None left.") {
		t.Errorf("the state is %s with the errors %s, want Failed with \"None left.\"", data.Text("provisioning_state"), errors)
	}
}

func TestBatchComputeNotFound(t *testing.T) {
	for name, test := range map[string]struct {
		populate   func(*emulator.Emulator)
		attributes acctest.Attributes
		says       []string
	}{
		"none of that name": {populate, acctest.Attributes{"name": "omega", "workspace_id": emulator.DefaultWorkspaceID}, []string{`no compute "omega"`, "alpha, mid, zeta."}},
		"none at all":       {func(*emulator.Emulator) {}, acctest.Attributes{"name": "omega", "workspace_id": emulator.DefaultWorkspaceID}, []string{"no Batch computes at all"}},
		"another type":      {populate, acctest.Attributes{"name": "cluster", "workspace_id": emulator.DefaultWorkspaceID}, []string{"AmlCompute, not Batch"}},
		"missing workspace": {
			populate,
			acctest.Attributes{"name": "alpha", "workspace_id": strings.Replace(emulator.DefaultWorkspaceID, "ws0", "ws9", 1)},
			[]string{"ParentResourceNotFound", "Check workspace_id"},
		},
		"no list": {func(e *emulator.Emulator) {
			e.Inject(emulator.Fault{Path: "/computes$", Status: 403, Body: `{"error": {"code": "AuthorizationFailed", "message": "No."}}`})
		}, acctest.Attributes{"name": "omega", "workspace_id": emulator.DefaultWorkspaceID}, []string{`no compute "omega"`, "Could not list its Batch computes", "AuthorizationFailed"}},
		"bad workspace id": {populate, acctest.Attributes{"name": "alpha", "workspace_id": "ws0"}, []string{"Invalid workspace_id"}},
		"bad name":         {populate, acctest.Attributes{"name": "al_pha", "workspace_id": emulator.DefaultWorkspaceID}, []string{"Invalid name"}},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			test.populate(e)
			_, d := acctest.NewEmulatorCore(t, e).ReadData(t.Context(), "azureml_batch_compute", test.attributes)
			if d.Err() == nil {
				t.Fatal("the read succeeded")
			}
			for _, words := range test.says {
				if !strings.Contains(d.Err().Error(), words) {
					t.Errorf("the error does not say %q:\n%v", words, d.Err())
				}
			}
		})
	}
}

func TestBatchComputes(t *testing.T) {
	for name, test := range map[string]struct {
		options []emulator.Option
		filter  acctest.Attributes
		want    []string
	}{
		"all":               {nil, nil, []string{"alpha", "mid", "zeta"}},
		"page by page":      {[]emulator.Option{emulator.WithPageSize(1)}, nil, []string{"alpha", "mid", "zeta"}},
		"of one account":    {nil, acctest.Attributes{"batch_account_id": emulator.DefaultBatchAccountID}, []string{"alpha"}},
		"of another":        {nil, acctest.Attributes{"batch_account_id": strings.ToLower(otherAccount)}, []string{"mid", "zeta"}},
		"of a third":        {nil, acctest.Attributes{"batch_account_id": strings.Replace(otherAccount, "batch1", "batch2", 1)}, nil},
		"two pages of four": {[]emulator.Option{emulator.WithPageSize(3)}, nil, []string{"alpha", "mid", "zeta"}},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t, test.options...)
			populate(e)
			attributes := acctest.Attributes{"workspace_id": emulator.DefaultWorkspaceID}
			for key, value := range test.filter {
				attributes[key] = value
			}
			data, d := acctest.NewEmulatorCore(t, e).ReadData(t.Context(), "azureml_batch_computes", attributes)
			if d.Err() != nil {
				t.Fatal(d.Err())
			}
			if diff := cmp.Diff(test.want, namesOf(t, data), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("the data source lists other computes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBatchComputesOfAMissingWorkspace(t *testing.T) {
	e := acctest.NewEmulator(t)
	_, d := acctest.NewEmulatorCore(t, e).ReadData(t.Context(), "azureml_batch_computes", acctest.Attributes{"workspace_id": strings.Replace(emulator.DefaultWorkspaceID, "ws0", "ws9", 1)})
	d.WantError(t, "ParentResourceNotFound")
}

func namesOf(t *testing.T, data acctest.State) []string {
	t.Helper()
	value, _ := data.Get("batch_computes")
	var computes []tftypes.Value
	if err := value.As(&computes); err != nil {
		t.Fatal(err)
	}
	names := make([]string, 0, len(computes))
	for _, compute := range computes {
		names = append(names, acctest.State{Value: compute}.Text("name"))
	}
	return names
}

func TestCLI(t *testing.T) {
	e := emulatortest.New(t)
	populate(e)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(t),
		Steps: []resource.TestStep{{
			Config: acctest.Config(e, `
data "azureml_batch_computes" "all" {
  workspace_id = "`+emulator.DefaultWorkspaceID+`"
}

data "azureml_batch_compute" "first" {
  name         = data.azureml_batch_computes.all.batch_computes[0].name
  workspace_id = data.azureml_batch_computes.all.workspace_id
}
`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.azureml_batch_computes.all", tfjsonpath.New("batch_computes"), knownvalue.ListSizeExact(3)),
				statecheck.ExpectKnownValue("data.azureml_batch_compute.first", tfjsonpath.New("name"), knownvalue.StringExact("alpha")),
			},
		}},
	})
}
