package azureml

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var testWorkspace = &Workspace{ID: WorkspaceID{"00000000-0000-0000-0000-000000000001", "rg-ml", "ws0"}}

const fullCompute = `{
  "id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/ws0/computes/c",
  "name": "c", "type": "Microsoft.MachineLearningServices/workspaces/computes", "location": "westus2", "tags": {"a": "b"},
  "properties": {
    "createdOn": "2026-01-02T03:04:05.1234567+00:00", "modifiedOn": "2026-01-02T03:04:06+00:00", "disableLocalAuth": false, "description": "d",
    "resourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-batch/providers/Microsoft.Batch/batchAccounts/batch0",
    "computeType": "Batch", "computeLocation": "eastus", "provisioningState": "Succeeded", "provisioningErrors": [{"code": "W", "message": "w"}],
    "isAttachedCompute": true, "properties": null
  }
}`

// variant is the full compute with some of its properties replaced; nil removes one.
func variant(t *testing.T, changes map[string]any) map[string]any {
	t.Helper()
	var document map[string]any
	if err := json.Unmarshal([]byte(fullCompute), &document); err != nil {
		t.Fatal(err)
	}
	properties, _ := document["properties"].(map[string]any)
	for key, value := range changes {
		object := properties
		if outer, ok := strings.CutPrefix(key, "/"); ok {
			object, key = document, outer
		}
		if value == nil {
			delete(object, key)
		} else {
			object[key] = value
		}
	}
	return document
}

func TestDecodeCompute(t *testing.T) {
	got, err := decodeCompute(testWorkspace, "c", variant(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	description := "d"
	want := &BatchCompute{
		ID: testWorkspace.ID.ComputeID("c"), Name: "c", Location: "westus2", Tags: map[string]string{"a": "b"}, Description: &description,
		ClusterResourceID: "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-batch/providers/Microsoft.Batch/batchAccounts/batch0",
		ClusterLocation:   "eastus", ProvisioningState: "Succeeded", ProvisioningErrors: []ErrorInfo{{Code: "W", Message: "w"}}, IsAttached: true,
		CreatedOn: time.Date(2026, 1, 2, 3, 4, 5, 123456700, time.UTC), ModifiedOn: time.Date(2026, 1, 2, 3, 4, 6, 0, time.UTC),
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(BatchCompute{})); diff != "" {
		t.Errorf("it decodes differently (-want +got):\n%s", diff)
	}
}

func TestDecodeComputeAcceptsVariants(t *testing.T) {
	null := json.RawMessage("null")
	for name, test := range map[string]struct {
		changes map[string]any
		check   func(*BatchCompute) bool
	}{
		"computeLocation is missing":      {map[string]any{"computeLocation": nil}, func(c *BatchCompute) bool { return c.ClusterLocation == "westus2" }},
		"computeLocation is null":         {map[string]any{"computeLocation": null}, func(c *BatchCompute) bool { return c.ClusterLocation == "" }},
		"provisioningState is missing":    {map[string]any{"provisioningState": nil}, func(c *BatchCompute) bool { return c.ProvisioningState == "Succeeded" }},
		"provisioningState is new":        {map[string]any{"provisioningState": "Pondering"}, func(c *BatchCompute) bool { return c.ProvisioningState == "Pondering" }},
		"provisioningErrors are missing":  {map[string]any{"provisioningErrors": nil}, func(c *BatchCompute) bool { return len(c.ProvisioningErrors) == 0 }},
		"provisioningErrors are empty":    {map[string]any{"provisioningErrors": []any{}}, func(c *BatchCompute) bool { return len(c.ProvisioningErrors) == 0 }},
		"provisioningErrors is an object": {map[string]any{"provisioningErrors": map[string]any{"code": "X"}}, func(c *BatchCompute) bool { return c.ProvisioningErrors[0].Code == "X" }},
		"createdOn is empty":              {map[string]any{"createdOn": ""}, func(c *BatchCompute) bool { return c.CreatedOn.IsZero() }},
		"createdOn is a number":           {map[string]any{"createdOn": 7}, func(c *BatchCompute) bool { return c.CreatedOn.IsZero() }},
		"createdOn has no zone":           {map[string]any{"createdOn": "2026-01-02T03:04:05.5"}, func(c *BatchCompute) bool { return c.CreatedOn.Nanosecond() == 500000000 }},
		"description is missing":          {map[string]any{"description": nil}, func(c *BatchCompute) bool { return c.Description == nil }},
		"tags are missing":                {map[string]any{"/tags": nil}, func(c *BatchCompute) bool { return c.Tags == nil }},
		"tags are empty":                  {map[string]any{"/tags": map[string]any{}}, func(c *BatchCompute) bool { return c.Tags != nil && len(c.Tags) == 0 }},
		"a tag is a number":               {map[string]any{"/tags": map[string]any{"n": 7.0}}, func(c *BatchCompute) bool { return c.Tags["n"] == "7" }},
		"isAttachedCompute is missing":    {map[string]any{"isAttachedCompute": nil}, func(c *BatchCompute) bool { return c.IsAttached }},
		"isAttachedCompute is false":      {map[string]any{"isAttachedCompute": false}, func(c *BatchCompute) bool { return !c.IsAttached }},
		"the name is missing":             {map[string]any{"/name": nil}, func(c *BatchCompute) bool { return c.Name == "c" }},
		"the name is a number":            {map[string]any{"/name": 7}, func(c *BatchCompute) bool { return c.Name == "c" }},
		"the name is another":             {map[string]any{"/name": "d"}, func(c *BatchCompute) bool { return c.Name == "c" }},
		"the name is in capitals":         {map[string]any{"/name": "C"}, func(c *BatchCompute) bool { return c.Name == "C" }},
		"the name has the workspace":      {map[string]any{"/name": "ws0/c"}, func(c *BatchCompute) bool { return c.Name == "c" }},
		"resourceId is missing":           {map[string]any{"resourceId": nil}, func(c *BatchCompute) bool { return c.ClusterResourceID == "" }},
		"resourceId is null":              {map[string]any{"resourceId": null}, func(c *BatchCompute) bool { return c.ClusterResourceID == "" }},
		"resourceId is a list":            {map[string]any{"resourceId": []any{}}, func(c *BatchCompute) bool { return c.ClusterResourceID == "" }},
		"provisioningState is a boolean":  {map[string]any{"provisioningState": true}, func(c *BatchCompute) bool { return c.ProvisioningState == "true" && !c.Done() }},
		"provisioningState in capitals":   {map[string]any{"provisioningState": "SUCCEEDED"}, func(c *BatchCompute) bool { return c.Done() && !c.Failed() }},
		"computeType is missing":          {map[string]any{"computeType": nil}, func(c *BatchCompute) bool { return c.ClusterResourceID != "" }},
		"computeType in other case":       {map[string]any{"computeType": "batch"}, func(c *BatchCompute) bool { return c.Name == "c" }},
	} {
		t.Run(name, func(t *testing.T) {
			compute, err := decodeCompute(testWorkspace, "c", remarshal(t, variant(t, test.changes)))
			if err != nil {
				t.Fatal(err)
			}
			if !test.check(compute) {
				t.Errorf("it decodes to %+v", compute)
			}
		})
	}
}

func TestDecodeComputeRefusals(t *testing.T) {
	for name, changes := range map[string]map[string]any{
		"no properties":                   {"/properties": nil},
		"properties is a list":            {"/properties": []any{}},
		"no computeType, no resourceId":   {"computeType": nil, "resourceId": nil},
		"no computeType, another account": {"computeType": nil, "resourceId": "/x"},
	} {
		t.Run(name, func(t *testing.T) {
			if compute, err := decodeCompute(testWorkspace, "c", remarshal(t, variant(t, changes))); err == nil {
				t.Errorf("it decodes, to %+v", compute)
			}
		})
	}
}

// The error says what is missing.
func TestDecodeComputeSaysWhatIsMissing(t *testing.T) {
	for says, changes := range map[string]map[string]any{
		`the compute has no "properties"`:  {"/properties": nil},
		`the compute has no "computeType"`: {"computeType": nil, "resourceId": nil},
	} {
		if _, err := decodeCompute(testWorkspace, "c", variant(t, changes)); err == nil || err.Error() != says {
			t.Errorf("got %v, want %s", err, says)
		}
	}
}

// In a list a compute has the name that it gives itself, or else that of its id.
func TestDecodeComputeOfAList(t *testing.T) {
	for name, test := range map[string]struct {
		changes map[string]any
		want    string
	}{
		"a name":         {map[string]any{"/name": "d"}, "d"},
		"no name":        {map[string]any{"/name": nil}, "c"},
		"an empty name":  {map[string]any{"/name": ""}, "c"},
		"no name, no id": {map[string]any{"/name": nil, "/id": nil}, ""},
	} {
		if compute, err := decodeCompute(testWorkspace, "", variant(t, test.changes)); err != nil || compute.Name != test.want {
			t.Errorf("%s: %v, %v; want %q", name, compute, err, test.want)
		}
	}
}

func TestDecodeComputeOfAnotherType(t *testing.T) {
	for name, changes := range map[string]map[string]any{
		"of nothing":         {"computeType": "AmlCompute", "resourceId": nil},
		"of a Batch account": {"computeType": "AmlCompute"},
	} {
		_, err := decodeCompute(testWorkspace, "c", variant(t, changes))
		want := OtherTypeError{ID: testWorkspace.ID.ComputeID("c"), Type: "AmlCompute"}
		other, ok := err.(*OtherTypeError) //nolint:errorlint // exactly this error
		if !ok || *other != want {
			t.Errorf("%s: the error is %v, want %v", name, err, &want)
		}
	}
}

// remarshal turns Go values into those that a JSON decoder makes.
func remarshal(t *testing.T, document map[string]any) map[string]any {
	t.Helper()
	encoded, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	var decoded map[string]any
	if err := json.Unmarshal(encoded, &decoded); err != nil {
		t.Fatal(err)
	}
	return decoded
}
