package functions_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// payload returns a compute's JSON with changes: keys of "properties" by name, others with
// a slash before it. Nil removes a key; null sets it to null.
func payload(t *testing.T, changes map[string]any) string {
	t.Helper()
	properties := map[string]any{
		"computeType": "Batch", "computeLocation": "northeurope", "description": "d", "resourceId": accountID,
		"provisioningErrors": null, "provisioningState": "Succeeded",
	}
	document := map[string]any{"id": computeID, "name": "alpha", "tags": map[string]any{"a": "1"}, "location": "westeurope", "properties": properties}
	for key, value := range changes {
		object := properties
		if outer, ok := strings.CutPrefix(key, "/"); ok {
			object, key = document, outer
		}
		object[key] = value
		if value == nil {
			delete(object, key)
		}
	}
	encoded, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

var null = json.RawMessage("null")

func TestDeserialize(t *testing.T) {
	workspaceID := strings.ToLower(emulator.DefaultWorkspaceID)
	json := payload(t, map[string]any{
		"provisioningState": "Failed", "createdOn": "2026-01-02T03:04:05.1234567", "isAttachedCompute": false,
		"provisioningErrors": []any{map[string]any{"error": map[string]any{"code": "Quota", "message": "None left.", "details": []any{map[string]any{"message": "Ask."}}}}},
	})
	got := mustCall(t, "deserialize_batch_compute", str(workspaceID), str("\ufeff"+json))
	for attribute, want := range map[string]string{
		"id": workspaceID + "/computes/alpha", "name": "alpha", "workspace_id": workspaceID, "batch_account_id": accountID, "description": "d",
		"location": "westeurope", "compute_location": "northeurope", "provisioning_state": "Failed", "created_on": "2026-01-02T03:04:05.1234567Z",
	} {
		got := goString(t, attributes(t, got)[attribute])
		if !strings.EqualFold(got, want) {
			t.Errorf("%s is %q, want %q", attribute, got, want)
		}
	}
	for attribute, want := range map[string]tftypes.Value{
		"tags":        tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"a": str("1")}),
		"is_attached": tftypes.NewValue(tftypes.Bool, false),
		"modified_on": tftypes.NewValue(tftypes.String, nil),
	} {
		if got := attributes(t, got)[attribute]; !got.Equal(want) {
			t.Errorf("%s is %s, want %s", attribute, got, want)
		}
	}
	if errors := attributes(t, got)["provisioning_errors"].String(); !strings.Contains(errors, `"Quota"`) || !strings.Contains(errors, `"Ask."`) {
		t.Errorf("provisioning_errors is %s", errors)
	}
}

// TestDeserializeHasTheDataSourcesAttributes: the two are interchangeable in expressions.
func TestDeserializeHasTheDataSourcesAttributes(t *testing.T) {
	schemas, err := server.GetProviderSchema(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	offered, err := server.GetFunctions(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := schemas.DataSourceSchemas["azureml_batch_compute"].ValueType()
	if got := offered.Functions["deserialize_batch_compute"].Return.Type; !got.Equal(want) {
		t.Errorf("the function returns\n%s, the data source\n%s", got, want)
	}
}

func TestDeserializeRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		workspaceID string
		payload     string
		argument    int64
		says        []string
	}{
		"workspace id":         {"ws0", payload(t, nil), 0, []string{"this is not the id of a workspace"}},
		"not JSON":             {"", "{", 1, []string{"the payload is not JSON"}},
		"empty":                {"", "", 1, []string{"the payload is not JSON"}},
		"a list":               {"", "[]", 1, []string{"not an object"}},
		"null":                 {"", "null", 1, []string{"not an object"}},
		"more than one":        {"", "{}{}", 1, []string{"the payload is not JSON"}},
		"no properties":        {"", payload(t, map[string]any{"/properties": nil}), 1, []string{`["properties"]["computeType"]`}},
		"properties a number":  {"", payload(t, map[string]any{"/properties": 7}), 1, []string{`["properties"]["computeType"]`}},
		"no computeType":       {"", payload(t, map[string]any{"computeType": nil}), 1, []string{`["properties"]["computeType"]`}},
		"another type":         {"", payload(t, map[string]any{"computeType": "AmlCompute"}), 1, []string{"type AmlCompute, not Batch"}},
		"no location":          {"", payload(t, map[string]any{"/location": nil}), 1, []string{`["location"]`}},
		"no id":                {"", payload(t, map[string]any{"/id": nil}), 1, []string{`["id"]`}},
		"no tags":              {"", payload(t, map[string]any{"/tags": nil}), 1, []string{`["tags"]`}},
		"no provisioningError": {"", payload(t, map[string]any{"provisioningErrors": nil}), 1, []string{`["properties"]["provisioningErrors"]`}},
		"no description":       {"", payload(t, map[string]any{"description": nil}), 1, []string{`["properties"]["description"]`}},
		"no provisioningState": {"", payload(t, map[string]any{"provisioningState": nil}), 1, []string{`["properties"]["provisioningState"]`}},
		"no resourceId":        {"", payload(t, map[string]any{"resourceId": nil}), 1, []string{`["properties"]["resourceId"]`}},
		"no name":              {"", payload(t, map[string]any{"/name": nil}), 1, []string{`"name"`}},
		"a path as name":       {"", payload(t, map[string]any{"/id": null, "/name": "a/b"}), 1, []string{"not the id of a compute"}},
		"invalid id":           {"", payload(t, map[string]any{"/id": "alpha"}), 1, []string{"this is not the id of a compute"}},
		"another name than id": {"", payload(t, map[string]any{"/name": "beta"}), 1, []string{"another name than its id"}},
		"another workspace": {
			strings.Replace(emulator.DefaultWorkspaceID, "ws0", "ws1", 1), payload(t, nil), 1,
			[]string{"a compute of another workspace"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if test.workspaceID == "" {
				test.workspaceID = emulator.DefaultWorkspaceID
			}
			_, err := call(t, "deserialize_batch_compute", str(test.workspaceID), str(test.payload))
			refused(t, err, test.argument, test.says...)
		})
	}
}

// TestDeserializeAcceptsNullValues: like the class, it requires keys but not values.
func TestDeserializeAcceptsNullValues(t *testing.T) {
	for attribute, key := range map[string]string{
		"location": "/location", "id": "/id", "tags": "/tags", "provisioning_errors": "provisioningErrors", "description": "description",
		"provisioning_state": "provisioningState", "batch_account_id": "resourceId", "compute_location": "computeLocation",
	} {
		got := attributes(t, mustCall(t, "deserialize_batch_compute", str(emulator.DefaultWorkspaceID), str(payload(t, map[string]any{key: null}))))[attribute]
		switch attribute {
		case "id":
			if goString(t, got) != computeID {
				t.Errorf("id is %s", got)
			}
		case "provisioning_state":
			if goString(t, got) != "Succeeded" {
				t.Errorf("provisioning_state is %s", got)
			}
		case "provisioning_errors":
			if !got.Equal(tftypes.NewValue(got.Type(), []tftypes.Value{})) {
				t.Errorf("provisioning_errors is %s, not empty", got)
			}
		default:
			if !got.IsNull() {
				t.Errorf("%s is %s, not null", attribute, got)
			}
		}
	}
}

// TestDeserializeAcceptsWhatPythonMakes reads output of BatchCompute.serialize of
// azureml-core 1.61.0.post4, and serializes it again.
func TestDeserializeAcceptsWhatPythonMakes(t *testing.T) {
	files, err := filepath.Glob("testdata/python/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("there is no test data: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			made, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			compute := mustCall(t, "deserialize_batch_compute", str(emulator.DefaultWorkspaceID), str(string(made)))
			again := goString(t, mustCall(t, "serialize_batch_compute", compute))
			// A compute without a state is healthy.
			want := strings.Replace(string(made), `"provisioningState": null`, `"provisioningState": "Succeeded"`, 1)
			if diff := cmp.Diff(decoded(t, want), decoded(t, again)); diff != "" {
				t.Errorf("it comes back differently (-want +got):\n%s", diff)
			}
		})
	}
}

func decoded(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}
