package emulator

import "strings"

// merge merges a JSON value into another one: an object field by field, an object into each element of a list. Any other value,
// including null, replaces the old one.
func merge(into, value any) any {
	fields, ok := value.(map[string]any)
	if !ok {
		return value
	}
	switch into := into.(type) {
	case map[string]any:
		for name, field := range fields {
			into[name] = merge(into[name], field)
		}
		return into
	case []any:
		for i := range into {
			into[i] = merge(into[i], value)
		}
		return into
	default:
		return value
	}
}

// remove removes a field from a JSON value, or from each element of a list. The path is the names that lead to the field,
// separated by dots.
func remove(from any, path string) {
	switch from := from.(type) {
	case map[string]any:
		name, rest, deeper := strings.Cut(path, ".")
		if deeper {
			remove(from[name], rest)
		} else {
			delete(from, name)
		}
	case []any:
		for _, element := range from {
			remove(element, path)
		}
	}
}

// change applies the fault to the JSON of a reply.
func (f *Fault) change(document map[string]any) {
	if f.EditBody != nil {
		f.EditBody(document)
	}
	merge(document, f.Merge)
	for _, path := range f.Remove {
		remove(document, path)
	}
}
