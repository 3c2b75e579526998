package azureml

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Whatever a service, a proxy or a user sends, the decoders return a value or an error.

func FuzzDecodeCompute(f *testing.F) {
	f.Add(fullCompute)
	f.Add(`{"name": "c", "properties": {"computeType": "Batch", "resourceId": "/x", "provisioningErrors": {"error": {"error": {}}}}}`)
	f.Add(`{"name": 7, "properties": []}`)
	f.Fuzz(func(t *testing.T, payload string) {
		var document map[string]any
		if json.Unmarshal([]byte(payload), &document) != nil {
			return
		}
		compute, err := decodeCompute(testWorkspace, "c", document)
		if err != nil {
			return
		}
		if !strings.EqualFold(compute.Name, "c") || compute.ProvisioningState == "" {
			t.Errorf("a compute without what identifies it: %+v", compute)
		}
		if serialized, err := compute.Serialize(); err != nil || !json.Valid([]byte(serialized)) {
			t.Errorf("serialize: %v, %s", err, serialized)
		}
	})
}

func FuzzListed(f *testing.F) {
	f.Add(`[` + fullCompute + `, {"properties": {"computeType": "AmlCompute"}}, null, 7]`)
	f.Add(`[{"properties": {"computeType": "Batch"}}]`)
	f.Fuzz(func(_ *testing.T, payload string) {
		var values []any
		if json.Unmarshal([]byte(payload), &values) != nil {
			return
		}
		for _, value := range values {
			_ = listed(testWorkspace, value)
		}
	})
}

func FuzzErrors(f *testing.F) {
	f.Add(404, `{"error": {"code": "ResourceNotFound", "message": "m", "details": [{"code": "d"}]}}`)
	f.Add(409, `{"error": {"error": {"error": {"code": "ScopeLocked"}}}}`)
	f.Add(500, `[{"additionalInfo": [{"type": 1, "info": []}]}]`)
	f.Add(200, `"x"`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		e := newError(&http.Response{StatusCode: status, Header: http.Header{}}, []byte(body))
		if e.Error() == "" {
			t.Error("an error without words")
		}
		if e.gone() && status != http.StatusNotFound {
			t.Errorf("a %d counts as gone", status)
		}
		var document any
		if json.Unmarshal([]byte(body), &document) == nil {
			for _, info := range decodeErrors(document) {
				_ = info.String()
			}
		}
	})
}

func FuzzIDs(f *testing.F) {
	workspace := testWorkspace.ID
	f.Add(workspace.String())
	f.Add(strings.ToUpper(workspace.ComputeID("c")))
	f.Add(BatchAccountID{workspace.SubscriptionID, "rg-ä", "batch0"}.String())
	f.Add("/subscriptions//resourceGroups/x/providers/")
	f.Fuzz(func(t *testing.T, id string) {
		if parsed, err := ParseWorkspaceID(id); err == nil && !EqualIDs(parsed.String(), id) {
			t.Errorf("workspace %q became %q", id, parsed)
		}
		if parsed, err := ParseBatchAccountID(id); err == nil && !EqualIDs(parsed.String(), id) {
			t.Errorf("Batch account %q became %q", id, parsed)
		}
		if parsed, name, err := ParseComputeID(id); err == nil && !EqualIDs(parsed.ComputeID(name), id) {
			t.Errorf("compute %q became %q", id, parsed.ComputeID(name))
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, value := range []string{"", "7", "-1", "99999999999999999999", "Wed, 21 Oct 2026 07:28:00 GMT", "soon"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		after, _ := retryAfter(http.Header{"Retry-After": {value}}, time.Minute)
		if after < 0 || after > time.Minute {
			t.Errorf("%q means %s", value, after)
		}
	})
}
