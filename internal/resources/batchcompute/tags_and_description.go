package batchcompute

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/attributes"
)

// Tags and description follow one rule. Tag names are case-insensitive, and an empty
// description counts as none. Tags that the configuration does not have are ignored, and so
// are configured ones that the service drops. The first configuration after an import, a move
// or an adoption is accepted as it is, unless the service has another value for one of its
// tags, or another description. After that, and after an attach, a changed one replaces.

// refreshTags returns the tags after a refresh: the configured ones with the service's
// values, or all of the service's tags if none are configured.
func refreshTags(from origin, known types.Map, now map[string]string) types.Map {
	if len(now) == 0 {
		now = nil // in the state, null instead of an empty map
	}
	switch {
	case known.IsNull() || known.IsUnknown():
		return attributes.Tags(now)
	case from == imported || from == leftOut:
		if sameTags(attributes.Strings(known), now) {
			return known
		}
		return attributes.Tags(now)
	}
	values, current := attributes.Strings(known), folded(now)
	for key := range values {
		if value, ok := current[strings.ToLower(key)]; ok {
			values[key] = value
		}
	}
	return attributes.Tags(values)
}

// refreshDescription returns the description after a refresh. A configured one that the
// service dropped stays, because attaching again would not restore it.
func refreshDescription(from origin, known types.String, now *string) types.String {
	none := now == nil || *now == ""
	switch {
	case known.IsUnknown():
		return types.StringPointerValue(now)
	case none && (from == configured || from == unrecorded || !set(known)):
		return known
	case none:
		return types.StringNull()
	}
	return types.StringValue(*now)
}

// tagsChange reports whether the configured tags replace the attachment.
func tagsChange(from origin, state, config types.Map) bool {
	if config.IsNull() {
		return false
	}
	if config.IsUnknown() || slices.ContainsFunc(slices.Collect(maps.Values(config.Elements())), unknown) {
		return true
	}
	has, wanted := folded(attributes.Strings(state)), folded(attributes.Strings(config))
	switch from {
	case imported:
		return len(otherValues(has, wanted)) > 0
	case leftOut:
		return len(otherValues(has, wanted)) > 0 || len(lacking(has, wanted)) > 0
	case configured, unrecorded:
	}
	return !maps.Equal(has, wanted)
}

// descriptionChanges reports whether the configured description replaces the attachment.
func descriptionChanges(from origin, state, config types.String) bool {
	switch {
	case config.IsUnknown():
		return true
	case !set(config), from == imported && !set(state):
		return false
	}
	return state.ValueString() != config.ValueString()
}

// planTags returns the planned tags when the attachment stays.
func planTags(memory memory, state, config types.Map) types.Map {
	switch {
	case config.IsNull() && memory.Tags == configured:
		return refreshTags(leftOut, types.MapNull(types.StringType), memory.Service.Tags)
	case config.IsNull(), !state.IsNull() && sameTags(attributes.Strings(state), attributes.Strings(config)):
		return state
	}
	return config
}

// planDescription returns the planned description when the attachment stays.
func planDescription(memory memory, state, config types.String) types.String {
	service := types.StringPointerValue(memory.Service.Description)
	switch {
	case config.IsNull() && memory.Description == configured:
		return service
	case config.IsNull(), !set(config) && set(service):
		return state
	}
	return config
}

// folded returns the tags with their names in lower case. Of two names that differ only in
// letter case, the last one in order counts, so that every plan is the same.
func folded(tags map[string]string) map[string]string {
	lower := make(map[string]string, len(tags))
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		lower[strings.ToLower(key)] = tags[key]
	}
	return lower
}

func sameTags(a, b map[string]string) bool { return maps.Equal(folded(a), folded(b)) }

// otherValues returns the names of the wanted tags that exist with another value. Both maps
// are folded.
func otherValues(has, wanted map[string]string) []string {
	return sortedKeys(wanted, func(key string) bool {
		value, ok := has[key]
		return ok && value != wanted[key]
	})
}

// lacking returns the names of the wanted tags that do not exist. Both maps are folded.
func lacking(has, wanted map[string]string) []string {
	return sortedKeys(wanted, func(key string) bool {
		_, ok := has[key]
		return !ok
	})
}

func sortedKeys(tags map[string]string, those func(key string) bool) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(tags)), func(key string) bool { return !those(key) })
}
