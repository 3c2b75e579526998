package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// words lists the fields whose value is part of the document's shape.
var words = []string{"provisioningState", "status", "computeType", "code"}

// shape maps each path of a JSON document to a type, null, or a word.
func shape(body json.RawMessage) map[string]string {
	found := map[string]string{}
	if len(body) == 0 {
		return found
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber() // Keeps 100.0 as 100.0.
	var document any
	if err := decoder.Decode(&document); err != nil {
		found["(all)"] = "not JSON"
		return found
	}
	walk(found, "", "", document)
	return found
}

func walk(found map[string]string, path, name string, value any) {
	if path == "" {
		path = "(all)"
	}
	switch value := value.(type) {
	case nil:
		found[path] = "null"
	case string:
		found[path] = "string"
		if slices.Contains(words, name) {
			found[path] = fmt.Sprintf("%q", value)
		}
	case map[string]any:
		if len(value) == 0 {
			found[path] = "an empty object"
		}
		for key, inner := range value {
			walk(found, strings.TrimPrefix(path+"."+key, "(all)."), key, inner)
		}
	case []any:
		if len(value) == 0 {
			found[path] = "an empty array"
		}
		for _, inner := range value {
			walk(found, path+"[]", name, inner)
		}
	default: // a number, true or false
		found[path] = fmt.Sprint(value)
	}
}

// lines returns a shape as facts.
func lines(shape map[string]string) []string {
	all := make([]string, 0, len(shape))
	for path, what := range shape {
		all = append(all, path+": "+what)
	}
	if len(all) == 0 {
		return []string{"no body"}
	}
	slices.Sort(all)
	return all
}

// bodyDifferences returns the differences between the bodies of two replies.
func bodyDifferences(azure, emulated json.RawMessage) []string {
	a, e := shape(azure), shape(emulated)
	switch {
	case len(a) == 0 && len(e) == 0:
		return nil
	case len(a) == 0:
		return []string{"no body; the emulator sends one"}
	case len(e) == 0:
		return append([]string{"a body; the emulator sends none"}, lines(a)...)
	}
	paths := slices.Collect(maps.Keys(a))
	for path := range e {
		if _, both := a[path]; !both {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	var out []string
	for _, path := range paths {
		if a[path] != e[path] {
			out = append(out, fmt.Sprintf("`%s` is %s; in the emulator %s", path, orAbsent(a[path]), orAbsent(e[path])))
		}
	}
	return out
}

func orAbsent(what string) string {
	if what == "" {
		return "absent"
	}
	return what
}

// view reads a reply's JSON object.
func view(x emulator.Exchange) map[string]any {
	var document map[string]any
	_ = json.Unmarshal(x.Response.Body, &document) // Anything except an object has no fields.
	return document
}

func properties(document map[string]any) map[string]any {
	inner, _ := document["properties"].(map[string]any)
	return inner
}

// stringField returns a string field; empty if there is none.
func stringField(object map[string]any, name string) string {
	value, _ := object[name].(string)
	return value
}
