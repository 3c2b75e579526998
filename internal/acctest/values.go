package acctest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Attributes are the attributes of a configuration that are not null; [Unknown] is a value
// that is known only after apply.
type Attributes map[string]any

// Unknown is a value that is known only after apply.
var Unknown = tftypes.UnknownValue

func (c *Core) config(attributes Attributes) tftypes.Value {
	return object(c.t, c.schema.ValueType(), attributes)
}

func (c *Core) orNull(value tftypes.Value) tftypes.Value {
	if value.Type() == nil {
		return tftypes.NewValue(c.schema.ValueType(), nil)
	}
	return value
}

func (c *Core) pack(value tftypes.Value) *tfprotov6.DynamicValue {
	packed, err := tfprotov6.NewDynamicValue(value.Type(), value)
	must(c.t, err)
	return &packed
}

func (c *Core) unpack(packed *tfprotov6.DynamicValue) tftypes.Value {
	value, err := packed.Unmarshal(c.schema.ValueType())
	must(c.t, err)
	return value
}

// object fills a type with the attributes that are given, and null for the rest.
func object(t testing.TB, typ tftypes.Type, attributes Attributes) tftypes.Value {
	t.Helper()
	objectType, ok := typ.(tftypes.Object)
	if !ok {
		t.Fatalf("%s is not an object", typ)
	}
	values := make(map[string]tftypes.Value, len(objectType.AttributeTypes))
	for name, attributeType := range objectType.AttributeTypes {
		values[name] = valueOf(t, attributeType, attributes[name])
	}
	for name := range attributes {
		if _, ok := objectType.AttributeTypes[name]; !ok {
			t.Fatalf("there is no attribute %q", name)
		}
	}
	return tftypes.NewValue(typ, values)
}

func valueOf(t testing.TB, typ tftypes.Type, value any) tftypes.Value {
	t.Helper()
	switch value := value.(type) {
	case Attributes:
		return object(t, typ, value)
	case map[string]string:
		elements := make(map[string]tftypes.Value, len(value))
		for key, element := range value {
			elements[key] = tftypes.NewValue(tftypes.String, element)
		}
		return tftypes.NewValue(typ, elements)
	case map[string]tftypes.Value:
		return tftypes.NewValue(typ, value)
	}
	return tftypes.NewValue(typ, value)
}

// plain is a value as [json.Marshal] takes it.
func plain(t testing.TB, value tftypes.Value) any {
	t.Helper()
	var object map[string]tftypes.Value
	var list []tftypes.Value
	var text string
	var flag bool
	switch {
	case value.IsNull():
		return nil
	case value.As(&text) == nil:
		return text
	case value.As(&flag) == nil:
		return flag
	case value.As(&list) == nil:
		elements := make([]any, len(list))
		for i, element := range list {
			elements[i] = plain(t, element)
		}
		return elements
	}
	must(t, value.As(&object))
	attributes := make(map[string]any, len(object))
	for name, attribute := range object {
		attributes[name] = plain(t, attribute)
	}
	return attributes
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
