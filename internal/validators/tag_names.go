package validators

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// TagNames refuses tags that Azure cannot have: a tag without a value, and two names that
// differ in letter case alone.
type TagNames struct{}

var _ validator.Map = TagNames{}

// Description implements [validator.Describer].
func (TagNames) Description(context.Context) string {
	return "each tag has a value, and no two names differ in letter case alone"
}

// MarkdownDescription implements [validator.Describer].
func (t TagNames) MarkdownDescription(ctx context.Context) string { return t.Description(ctx) }

// ValidateMap implements [validator.Map].
func (TagNames) ValidateMap(_ context.Context, request validator.MapRequest, response *validator.MapResponse) {
	elements, first := request.ConfigValue.Elements(), map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(elements)) {
		at := request.Path.AtMapKey(key)
		if elements[key].IsNull() {
			response.Diagnostics.AddAttributeError(at, "Invalid "+at.String(), "The tag has no value. Give it one, an empty string for instance, or leave the tag out.")
		}
		if other, ok := first[strings.ToLower(key)]; ok {
			response.Diagnostics.AddAttributeError(at, "Invalid "+at.String(), fmt.Sprintf("Azure does not tell %q and %q apart: the names of tags know no letter case.", other, key))
		}
		first[strings.ToLower(key)] = key
	}
}
