package attributes

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Text returns the string as a value, and null for an empty one.
func Text(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

// timeText returns the time in RFC 3339, and null for the zero time.
func timeText(t time.Time) types.String {
	if t.IsZero() {
		return types.StringNull()
	}
	return types.StringValue(t.Format(time.RFC3339Nano))
}

// Tags returns the tags as a map: null for nil, empty for an empty one.
func Tags(tags map[string]string) types.Map {
	if tags == nil {
		return types.MapNull(types.StringType)
	}
	values := make(map[string]attr.Value, len(tags))
	for key, value := range tags {
		values[key] = types.StringValue(value)
	}
	return types.MapValueMust(types.StringType, values)
}

// Strings returns the map of a tags attribute, which is nil if it is null or unknown. It
// omits tags whose values are unknown.
func Strings(tags types.Map) map[string]string {
	if tags.IsNull() || tags.IsUnknown() {
		return nil
	}
	values := make(map[string]string, len(tags.Elements()))
	for key, value := range tags.Elements() {
		if text, ok := value.(types.String); ok && !text.IsUnknown() {
			values[key] = text.ValueString()
		}
	}
	return values
}
