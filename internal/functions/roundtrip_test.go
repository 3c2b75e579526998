package functions_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"
)

// TestRoundTrip: deserialize(serialize(x)) == x for any compute of the service or of the
// Python class, except for what serialize leaves out. Without the attribute serialized,
// which the resource does not have, only that attribute may differ.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		workspaceID := workspaceIDs.Draw(t, "workspace")
		payload := payloads(workspaceID).Draw(t, "payload")
		x, refusal := call(t, "deserialize_batch_compute", str(anyCase(t, workspaceID)), str(payload))
		if refusal != nil {
			t.Fatalf("%s is refused: %s", payload, refusal.Text)
		}
		roundTrip(t, x)
	})
}

func roundTrip(t rapid.TB, x tftypes.Value) {
	t.Helper()
	values := attributes(t, x)
	serialized := mustCall(t, "serialize_batch_compute", x)
	if !serialized.Equal(values["serialized"]) {
		t.Errorf("it serializes as %s, but its attribute serialized is %s", serialized, values["serialized"])
	}
	same(t, values, mustCall(t, "deserialize_batch_compute", values["workspace_id"], serialized))

	without := maps.Clone(values)
	delete(without, "serialized")
	same(t, without, mustCall(t, "deserialize_batch_compute", values["workspace_id"], mustCall(t, "serialize_batch_compute", objectOf(without))))
}

// same compares the attributes that serialize includes.
func same(t rapid.TB, want map[string]tftypes.Value, again tftypes.Value) {
	t.Helper()
	got := attributes(t, again)
	for name, value := range want {
		switch name {
		case "is_attached", "created_on", "modified_on":
			continue
		}
		if !got[name].Equal(value) {
			t.Errorf("%s was %s and came back as %s", name, value, got[name])
		}
	}
}

// TestRoundTripOfIDs: the parts that parse_batch_compute_id returns make the same id again,
// in the letter case that Resource Manager documents.
func TestRoundTripOfIDs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := workspaceIDs.Draw(t, "workspace") + "/computes/" + computeNames.Draw(t, "name")
		parts := attributes(t, mustCall(t, "parse_batch_compute_id", str(anyCase(t, id))))
		again := goString(t, parts["workspace_id"]) + "/computes/" + goString(t, parts["name"])
		if !strings.EqualFold(again, id) || !strings.Contains(again, "/resourceGroups/") {
			t.Errorf("%s came back as %s", id, again)
		}
	})
}

// TestRoundTripOfConfigs: both forms of a config.json yield the workspace that they were
// made from.
func TestRoundTripOfConfigs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := workspaceIDs.Draw(t, "workspace")
		parts := strings.Split(id, "/")
		for _, config := range []any{
			map[string]any{"Id": nil, "Scope": id},
			map[string]any{"subscription_id": parts[2], "resource_group": parts[4], "workspace_name": parts[8]},
		} {
			if got := goString(t, mustCall(t, "workspace_id_from_config", str(encoded(config)))); got != id {
				t.Errorf("%s came back as %s", id, got)
			}
		}
	})
}

var (
	computeNames = rapid.StringMatching(`[a-zA-Z][a-zA-Z0-9-]{0,23}`)
	workspaceIDs = rapid.Custom(func(t *rapid.T) string {
		return "/subscriptions/" + rapid.StringMatching(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`).Draw(t, "subscription") +
			"/resourceGroups/" + rapid.StringMatching(`[a-zA-Z0-9äß_()-][a-zA-Z0-9._()-]{0,20}[a-zA-Z0-9_()-]`).Draw(t, "group") +
			"/providers/Microsoft.MachineLearningServices/workspaces/" + rapid.StringMatching(`[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}`).Draw(t, "name")
	})
)

func anyCase(t *rapid.T, s string) string {
	return rapid.SampledFrom([]string{s, strings.ToLower(s), strings.Replace(s, "resourceGroups", "resourcegroups", 1)}).Draw(t, "case")
}

// payloads generates computes of a workspace as JSON: all required keys, with arbitrary
// values.
func payloads(workspaceID string) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		name := computeNames.Draw(t, "name")
		text := rapid.OneOf(rapid.Just[any](nil), rapid.String().AsAny())
		properties := map[string]any{
			"computeType": "Batch", "description": text.Draw(t, "description"), "resourceId": text.Draw(t, "resourceId"),
			"provisioningErrors": anything(3).Draw(t, "provisioningErrors"), "provisioningState": text.Draw(t, "provisioningState"),
		}
		if rapid.Bool().Draw(t, "has computeLocation") {
			properties["computeLocation"] = text.Draw(t, "computeLocation")
		}
		return encoded(map[string]any{
			"id": anyCase(t, workspaceID+"/computes/"+name), "name": name, "location": text.Draw(t, "location"),
			"tags":       rapid.OneOf(rapid.Just[any](nil), rapid.MapOf(rapid.String(), rapid.String()).AsAny()).Draw(t, "tags"),
			"properties": properties,
		})
	})
}

// anything generates JSON values, many of which resemble errors.
func anything(depth int) *rapid.Generator[any] {
	words := rapid.SampledFrom([]any{nil, "", "A", "B", "a <b>", 500, 1e300, true})
	if depth == 0 {
		return words
	}
	keys := rapid.SampledFrom([]string{"code", "message", "target", "details", "error", "innerError", "errors", "additionalInfo", "type", "info", "statusCode"})
	return rapid.OneOf(
		words, words,
		rapid.MapOfN(keys, anything(depth-1), 0, 5).AsAny(),
		rapid.SliceOfN(anything(depth-1), 0, 3).AsAny(),
	)
}

func encoded(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}
