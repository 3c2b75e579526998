package emulator

import "strings"

// merge puts one JSON value into another: objects field by field, an object into each element of a list, and anything
// else, null as well, in the place of what was there.
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

// remove takes a field out of a JSON value, by the names on the way to it with dots between; of a list, out of each
// element.
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

// change is what a fault does to the JSON of an answer.
func (f *Fault) change(document map[string]any) {
	if f.EditBody != nil {
		f.EditBody(document)
	}
	merge(document, f.Merge)
	for _, path := range f.Remove {
		remove(document, path)
	}
}
