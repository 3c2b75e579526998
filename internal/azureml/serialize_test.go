package azureml

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestSerializeMatchesTheClass(t *testing.T) {
	compute, err := decodeCompute(testWorkspace, "c", variant(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	got, err := compute.Serialize()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"id":"/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/ws0/computes/c",` +
		`"name":"c","tags":{"a":"b"},"location":"westus2","properties":{"computeType":"Batch","computeLocation":"eastus","description":"d",` +
		`"resourceId":"/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-batch/providers/Microsoft.Batch/batchAccounts/batch0",` +
		`"provisioningErrors":[{"code":"W","message":"w"}],"provisioningState":"Succeeded"}}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("it serializes differently (-want +got):\n%s", diff)
	}
}

func TestDeserializeReadsSerialize(t *testing.T) {
	for name, changes := range map[string]map[string]any{
		"full":                {},
		"nothing said":        {"description": json.RawMessage("null"), "provisioningErrors": json.RawMessage("null"), "computeLocation": json.RawMessage("null"), "/tags": json.RawMessage("null")},
		"characters of HTML":  {"description": "<a> & b"},
		"errors as an object": {"provisioningErrors": map[string]any{"code": "X"}},
	} {
		t.Run(name, func(t *testing.T) {
			compute, err := decodeCompute(testWorkspace, "c", remarshal(t, variant(t, changes)))
			if err != nil {
				t.Fatal(err)
			}
			serialized, err := compute.Serialize()
			if err != nil {
				t.Fatal(err)
			}
			again, err := testWorkspace.Deserialize([]byte(serialized))
			if err != nil {
				t.Fatal(err)
			}
			// serialize leaves these out, as the class's does
			unsaid := cmpopts.IgnoreFields(BatchCompute{}, "CreatedOn", "ModifiedOn")
			if diff := cmp.Diff(compute, again, cmpopts.IgnoreUnexported(BatchCompute{}), unsaid); diff != "" {
				t.Errorf("it comes back differently (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDeserializeRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		changes map[string]any
		message string
	}{
		"no properties":         {map[string]any{"/properties": nil}, "computeType"},
		"no computeType":        {map[string]any{"computeType": nil}, "computeType"},
		"another type":          {map[string]any{"computeType": "AmlCompute"}, "the payload is a compute of type AmlCompute, not Batch"},
		"no location":           {map[string]any{"/location": nil}, "location"},
		"no id":                 {map[string]any{"/id": nil}, "id"},
		"no tags":               {map[string]any{"/tags": nil}, "tags"},
		"no provisioningErrors": {map[string]any{"provisioningErrors": nil}, "provisioningErrors"},
		"no description":        {map[string]any{"description": nil}, "description"},
		"no provisioningState":  {map[string]any{"provisioningState": nil}, "provisioningState"},
		"no resourceId":         {map[string]any{"resourceId": nil}, "resourceId"},
		"no name":               {map[string]any{"/name": nil}, `no "name"`},
		"the name is a number":  {map[string]any{"/name": 7}, `"name" is a number, not a string`},
		"computeType is a list": {map[string]any{"computeType": []any{}}, `"computeType" is a list, not a string`},
		"the state is a number": {map[string]any{"provisioningState": 7}, `"provisioningState" is a number, not a string`},
		"computeType is null":   {map[string]any{"computeType": json.RawMessage("null")}, `no "computeType"`},
		"another workspace": {
			map[string]any{"/id": strings.Replace(testWorkspace.ID.ComputeID("c"), "ws0", "ws1", 1)},
			"another workspace",
		},
		"another name": {map[string]any{"/name": "d"}, "another name than its id"},
		"invalid id":   {map[string]any{"/id": "c"}, "not the id of a compute"},
	} {
		t.Run(name, func(t *testing.T) {
			payload, err := json.Marshal(variant(t, test.changes))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := testWorkspace.Deserialize(payload); err == nil || !strings.Contains(err.Error(), test.message) {
				t.Errorf("got %v, want an error with %q", err, test.message)
			}
		})
	}
	for _, payload := range []string{"", "null", "[]", "7", `"x"`, "{", "{}"} {
		if _, err := testWorkspace.Deserialize([]byte(payload)); err == nil {
			t.Errorf("%q was accepted", payload)
		}
	}
}

// The service's errors are kept as they were sent, at any depth, with secrets masked.
func TestSerializeMasksSecrets(t *testing.T) {
	compute, err := decodeCompute(testWorkspace, "c", remarshal(t, variant(t, map[string]any{"provisioningErrors": []any{
		"https://a.example/?sig=hidden", map[string]any{"message": "https://a.example/?sig=hidden", "details": []any{map[string]any{"message": "https://a.example/?sig=hidden"}}},
	}})))
	if err != nil {
		t.Fatal(err)
	}
	got, err := compute.Serialize()
	if err != nil || strings.Contains(got, "hidden") || strings.Count(got, "https://a.example/") != 3 {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestSerializeErrorsFromParts(t *testing.T) {
	compute := BatchCompute{Name: "c", ProvisioningErrors: []ErrorInfo{
		{Code: "A", Message: "<a>", Target: "t", Details: []ErrorDetail{{"B", ""}}}, {Message: "m"},
	}}
	for _, test := range []struct{ earlier, want string }{
		{"", `[{"code":"A","message":"<a>","target":"t","details":[{"code":"B","message":null}]},{"code":null,"message":"m"}]`},
		{
			`{"properties": {"provisioningErrors": [{"error": {"code": "A", "message": "<a>", "target": "t", "innerError": {"code": "B"}}}, "m"]}}`,
			`[{"error":{"code":"A","message":"<a>","target":"t","innerError":{"code":"B"}}},"m"]`,
		},
		{`{"properties": {"provisioningErrors": ["of another time"]}}`, `[{"code":"A","message":"<a>","target":"t","details":[{"code":"B","message":null}]},{"code":null,"message":"m"}]`},
	} {
		compute.provisioningErrors = nil
		compute.KeepErrorsOf(test.earlier)
		got, err := compute.Serialize()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(got, `"provisioningErrors":`+test.want+`,`) {
			t.Errorf("after %s it is %s", test.earlier, got)
		}
	}
	none := BatchCompute{Name: "c", ProvisioningErrors: []ErrorInfo{}}
	none.KeepErrorsOf("not JSON")
	if got, err := none.Serialize(); err != nil || !strings.Contains(got, `"provisioningErrors":null`) {
		t.Errorf("got %s and %v", got, err)
	}
}
