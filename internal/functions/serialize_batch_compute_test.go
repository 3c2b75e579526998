package functions_test

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var (
	nullString = tftypes.NewValue(tftypes.String, nil)
	emptyTuple = tftypes.NewValue(tftypes.Tuple{ElementTypes: []tftypes.Type{}}, []tftypes.Value{})
)

// written returns an object as a configuration writes one: with objects and tuples instead
// of maps and lists.
func written(changes map[string]tftypes.Value) map[string]tftypes.Value {
	values := map[string]tftypes.Value{
		"id": str(computeID), "name": str("alpha"), "batch_account_id": str(accountID), "description": nullString,
		"tags": objectOf(map[string]tftypes.Value{"a": str("1")}), "location": str("westeurope"), "compute_location": nullString,
		"provisioning_state": str("Succeeded"), "provisioning_errors": emptyTuple,
	}
	for name, value := range changes {
		values[name] = value
		if value.Type() == nil {
			delete(values, name)
		}
	}
	return values
}

func tuple(values ...tftypes.Value) tftypes.Value {
	types := make([]tftypes.Type, len(values))
	for i, value := range values {
		types[i] = value.Type()
	}
	return tftypes.NewValue(tftypes.Tuple{ElementTypes: types}, values)
}

func TestSerialize(t *testing.T) {
	plain := `{"id":"` + computeID + `","name":"alpha","tags":{"a":"1"},"location":"westeurope","properties":{"computeType":"Batch","computeLocation":null,` +
		`"description":null,"resourceId":"` + accountID + `","provisioningErrors":null,"provisioningState":"Succeeded"}}`
	failure := objectOf(map[string]tftypes.Value{
		"code": str("Quota"), "message": str("None <left>."), "target": nullString,
		"details": tuple(objectOf(map[string]tftypes.Value{"code": nullString, "message": str("Ask.")})),
	})
	withErrors := func(errors string) string {
		return `{"id":"` + computeID + `","name":"alpha","tags":{"a":"1"},"location":"westeurope","properties":{"computeType":"Batch","computeLocation":null,` +
			`"description":null,"resourceId":"` + accountID + `","provisioningErrors":` + errors + `,"provisioningState":"Succeeded"}}`
	}
	ours := withErrors(`[{"code":"Quota","message":"None <left>.","details":[{"code":null,"message":"Ask."}]}]`)
	sent := withErrors(`[{"error":{"code":"Quota","message":"None <left>.","details":[{"message":"Ask."}]}}]`)
	for name, test := range map[string]struct {
		changes map[string]tftypes.Value
		want    string
	}{
		"written":            {nil, plain},
		"more attributes":    {map[string]tftypes.Value{"timeouts": tftypes.NewValue(tftypes.Object{}, nil), "adopt_existing": tftypes.NewValue(tftypes.Bool, true)}, plain},
		"name in other case": {map[string]tftypes.Value{"name": str("ALPHA")}, plain},
		"errors are null":    {map[string]tftypes.Value{"provisioning_errors": tftypes.NewValue(tftypes.DynamicPseudoType, nil)}, plain},
		"errors":             {map[string]tftypes.Value{"provisioning_errors": tuple(failure)}, ours},
		"errors as sent":     {map[string]tftypes.Value{"provisioning_errors": tuple(failure), "serialized": str(sent)}, sent},
		"errors have changed": {
			map[string]tftypes.Value{"provisioning_errors": tuple(failure), "serialized": str(withErrors(`["Other."]`))}, ours,
		},
		"serialized is null": {map[string]tftypes.Value{"serialized": nullString}, plain},
		"serialized invalid": {map[string]tftypes.Value{"serialized": str("{")}, plain},
	} {
		t.Run(name, func(t *testing.T) {
			got := goString(t, mustCall(t, "serialize_batch_compute", objectOf(written(test.changes))))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("it serializes differently (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSerializeFollowsWhatWasChanged: only the errors are taken from serialized.
func TestSerializeFollowsWhatWasChanged(t *testing.T) {
	before := goString(t, mustCall(t, "serialize_batch_compute", objectOf(written(nil))))
	changed := written(map[string]tftypes.Value{"serialized": str(before), "description": str("new")})
	got := decoded(t, goString(t, mustCall(t, "serialize_batch_compute", objectOf(changed))))
	properties, _ := got.(map[string]any)["properties"].(map[string]any)
	if properties["description"] != "new" {
		t.Errorf("it serializes as %v, want the new description", got)
	}
}

func TestSerializeRefusals(t *testing.T) {
	number := tftypes.NewValue(tftypes.Number, 7)
	gone := tftypes.Value{}
	for name, test := range map[string]struct {
		argument tftypes.Value
		says     []string
	}{
		"a string":           {str(computeID), []string{"it is a string, not an object"}},
		"count":              {tuple(objectOf(written(nil))), []string{"it is a list, not an object", "pass one instance"}},
		"for_each":           {objectOf(map[string]tftypes.Value{"x": objectOf(written(nil))}), []string{"it has no id, no name, no batch_account_id"}},
		"attributes missing": {objectOf(written(map[string]tftypes.Value{"tags": gone, "location": gone})), []string{"it has no tags, no location"}},
		"all problems": {
			objectOf(written(map[string]tftypes.Value{"tags": str("x"), "location": number, "description": gone})),
			[]string{"it has no description; tags is a string, not a map of strings; location is a number, not a string"},
		},
		"name is null":        {objectOf(written(map[string]tftypes.Value{"name": nullString})), []string{"name is null"}},
		"id is null":          {objectOf(written(map[string]tftypes.Value{"id": nullString})), []string{"id is null"}},
		"invalid id":          {objectOf(written(map[string]tftypes.Value{"id": str("alpha")})), []string{"id: this is not the id of a compute"}},
		"another name":        {objectOf(written(map[string]tftypes.Value{"name": str("beta")})), []string{"its name is not the one in its id"}},
		"a tag is a number":   {objectOf(written(map[string]tftypes.Value{"tags": objectOf(map[string]tftypes.Value{"n": number})})), []string{`tags["n"] is a number, not a string`}},
		"a tag is null":       {objectOf(written(map[string]tftypes.Value{"tags": objectOf(map[string]tftypes.Value{"n": nullString})})), []string{`tags["n"] is null`}},
		"errors are a string": {objectOf(written(map[string]tftypes.Value{"provisioning_errors": str("x")})), []string{"provisioning_errors is a string, not a list of objects"}},
		"an error is a bool":  {objectOf(written(map[string]tftypes.Value{"provisioning_errors": tuple(tftypes.NewValue(tftypes.Bool, true))})), []string{"provisioning_errors[0] is a bool, not an object"}},
		"an incomplete error": {
			objectOf(written(map[string]tftypes.Value{"provisioning_errors": tuple(objectOf(map[string]tftypes.Value{"code": str("A"), "message": emptyTuple, "details": emptyTuple}))})),
			[]string{"it has no provisioning_errors[0].target", "provisioning_errors[0].message is a list, not a string"},
		},
		"serialized is an object": {objectOf(written(map[string]tftypes.Value{"serialized": objectOf(nil)})), []string{"serialized is an object, not a string"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := call(t, "serialize_batch_compute", test.argument)
			refused(t, err, 0, append(test.says, "not a Batch compute that can be serialized")...)
		})
	}
}

// TestSerializeAcceptsTypedCollections: maps and lists, as resources and data sources have,
// serialize like objects and tuples.
func TestSerializeAcceptsTypedCollections(t *testing.T) {
	asWritten := written(nil)
	asTyped := maps.Clone(asWritten)
	asTyped["tags"] = tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"a": str("1")})
	asTyped["provisioning_errors"] = tftypes.NewValue(tftypes.List{ElementType: tftypes.Object{}}, []tftypes.Value{})
	want := goString(t, mustCall(t, "serialize_batch_compute", objectOf(asWritten)))
	if got := goString(t, mustCall(t, "serialize_batch_compute", objectOf(asTyped))); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
