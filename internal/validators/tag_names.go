package validators

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// TagNames rejects tags that Azure cannot have: a tag without a value, and two names that
// differ only in letter case.
type TagNames struct{}

var _ validator.Map = TagNames{}

// Description implements [validator.Describer].
func (TagNames) Description(context.Context) string {
	return "each tag must have a value, and no two names may differ only in letter case"
}

// MarkdownDescription implements [validator.Describer].
func (t TagNames) MarkdownDescription(ctx context.Context) string { return t.Description(ctx) }

// ValidateMap implements [validator.Map].
func (TagNames) ValidateMap(_ context.Context, request validator.MapRequest, response *validator.MapResponse) {
	elements, first := request.ConfigValue.Elements(), map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(elements)) {
		at := request.Path.AtMapKey(key)
		if elements[key].IsNull() {
			response.Diagnostics.AddAttributeError(at, "Invalid "+at.String(), "The tag has no value. Set one, such as an empty string, or leave the tag out.")
		}
		if other, ok := first[strings.ToLower(key)]; ok {
			response.Diagnostics.AddAttributeError(at, "Invalid "+at.String(), fmt.Sprintf("Azure does not distinguish %q and %q: tag names are case-insensitive. Keep one of them.", other, key))
		}
		first[strings.ToLower(key)] = key
	}
}
