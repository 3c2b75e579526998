package scrub

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// The kinds of strings in the service's JSON, by field name. Strings of all other fields
// are replaced.
var (
	wordFields   = []string{"provisioningState", "status", "computeType", "code", "severity", "componentName", "poolAllocationMode"}
	regionFields = []string{"location", "computeLocation", "environment"}
	textFields   = []string{"message", "Message"}
)

// ownFields are the known field names of the service. They are kept even if a name of the
// user's is part of one.
var ownFields = []string{
	"id", "name", "type", "location", "tags", "sku", "identity", "systemData", "etag", "value", "nextLink", "properties",
	"createdOn", "modifiedOn", "disableLocalAuth", "description", "resourceId", "computeType", "computeLocation", "isAttachedCompute",
	"provisioningState", "provisioningErrors", "provisioningWarnings", "status", "percentComplete",
	"error", "code", "message", "target", "details", "innerError", "additionalInfo", "severity", "messageFormat", "messageParameters",
	"referenceCode", "detailsUri", "debugInfo", "correlation", "operation", "request", "environment", "time", "componentName",
}

var (
	word        = regexp.MustCompile(`^[A-Za-z]{1,40}$`)
	field       = regexp.MustCompile(`^[$@A-Za-z][A-Za-z.]{0,39}$`)
	shortNumber = regexp.MustCompile(`^-?[0-9.]{1,6}$`)
)

// value replaces what is private in a JSON value. The name is its field's, or the list's
// for an element of a list.
func (s *Scrubber) value(name string, value any) any {
	switch value := value.(type) {
	case string:
		return s.field(name, value)
	case json.Number:
		if !shortNumber.MatchString(value.String()) {
			return json.Number("0")
		}
	case []any:
		for i := range value {
			value[i] = s.value(name, value[i])
		}
	case map[string]any:
		return s.object(name, value)
	}
	return value
}

func (s *Scrubber) object(name string, object map[string]any) map[string]any {
	out := make(map[string]any, len(object))
	// Sorted, so that the placeholders are the same in each run.
	for _, key := range slices.Sorted(maps.Keys(object)) {
		shown, as := key, key
		switch {
		case slices.Contains(s.subject.Keep, key):
		case strings.EqualFold(name, "tags"), !field.MatchString(key), s.revealing(key) && !slices.Contains(ownFields, key):
			shown, as = s.placeholder("key", key, "key-%d"), "" // The name says nothing about the value.
		}
		out[shown] = s.value(as, object[key])
	}
	return out
}

// field scrubs the string of a field.
func (s *Scrubber) field(name, value string) string {
	switch {
	case value == "", slices.Contains(s.subject.Keep, value):
		return value
	case slices.Contains(wordFields, name) && word.MatchString(value) && !s.private(value):
		return value
	case slices.Contains(wordFields, name), slices.Contains(textFields, name):
		return s.Text(value)
	case slices.Contains(regionFields, name):
		return s.region(value)
	}
	if whole, ok := s.whole(value); ok {
		return whole
	}
	if name == "name" {
		return s.placeholder("name", value, "name-%d")
	}
	return s.placeholder("text", value, "{text-%d}")
}

// headerForms lists the headers that are recorded. A value that matches the form is kept;
// other values are replaced according to their kind.
var headerForms = map[string]*regexp.Regexp{
	"Azure-AsyncOperation":         nil,
	"Location":                     nil,
	"Operation-Location":           nil,
	"Retry-After":                  regexp.MustCompile(`^\d{1,5}$`),
	"Allow":                        regexp.MustCompile(`^[A-Z, ]{1,60}$`),
	"Content-Type":                 regexp.MustCompile(`^[a-z]+/[a-z.+-]+(; *charset=[A-Za-z0-9-]{1,12})?$`),
	"ETag":                         nil,
	"WWW-Authenticate":             nil,
	"x-ms-async-operation-timeout": regexp.MustCompile(`^[PTHMS0-9]{1,12}$`),
	"x-ms-client-request-id":       nil,
	"x-ms-correlation-request-id":  nil,
	"x-ms-error-code":              word,
	"x-ms-failure-cause":           regexp.MustCompile(`^[a-z]{1,20}$`),
	"x-ms-request-id":              nil,
	"x-ms-response-type":           regexp.MustCompile(`^[a-z]{1,20}$`),
	"x-ms-routing-request-id":      nil,
	"x-request-time":               regexp.MustCompile(`^\d{1,4}(\.\d{1,4})?$`),
}

// rateHeaders matches the headers that say how many requests are left.
var rateHeaders = regexp.MustCompile(`(?i)^x-ms-ratelimit-remaining-(subscription|tenant)(-global)?-(reads|writes|deletes)$`)

// headers scrubs the headers that are recorded, and drops the others.
func (s *Scrubber) headers(header http.Header) map[string]string {
	out := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(headerForms)) {
		if value := header.Get(name); value != "" {
			out[name] = s.header(name, value, headerForms[name])
		}
	}
	for name, values := range header {
		if rateHeaders.MatchString(name) && len(values) > 0 {
			out[strings.ToLower(name)] = s.header(name, values[0], rate)
		}
	}
	return out
}

var rate = regexp.MustCompile(`^\d{1,6}$`)

func (s *Scrubber) header(name, value string, form *regexp.Regexp) string {
	if form != nil && form.MatchString(value) {
		return value
	}
	if whole, ok := s.whole(value); ok {
		return whole
	}
	if name == "x-ms-routing-request-id" {
		return s.routing(value)
	}
	return s.placeholder("header", value, "{value-%d}")
}

// routing scrubs a value of the form REGION:time:id.
func (s *Scrubber) routing(value string) string {
	parts := strings.Split(value, ":")
	if len(parts) != 3 {
		return s.placeholder("header", value, "{value-%d}")
	}
	parts[0] = s.region(parts[0])
	for i := 1; i < 3; i++ {
		whole, ok := s.whole(parts[i])
		if !ok {
			whole = s.placeholder("header", parts[i], "{value-%d}")
		}
		parts[i] = whole
	}
	return strings.Join(parts, ":")
}
