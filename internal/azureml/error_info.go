package azureml

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// ErrorInfo is an error as the service describes it: in a reply, in the status of a
// long-running operation, or among a compute's provisioning errors.
type ErrorInfo struct {
	Code, Message, Target string
	// Details holds everything that was nested below, flattened in order.
	Details []ErrorDetail
}

// ErrorDetail is one nested error.
type ErrorDetail struct {
	Code, Message string
}

func (e ErrorInfo) equal(other ErrorInfo) bool {
	return e.Code == other.Code && e.Message == other.Message && e.Target == other.Target && slices.Equal(e.Details, other.Details)
}

// String is the error in the service's words: one line, then a line for each detail.
func (e ErrorInfo) String() string {
	lines := make([]string, 0, 1+len(e.Details))
	lines = append(lines, words(e.Code, e.Message))
	for _, detail := range e.Details {
		lines = append(lines, "  - "+words(detail.Code, detail.Message))
	}
	return strings.Join(lines, "\n")
}

func words(code, message string) string {
	switch {
	case message == "":
		return code
	case code == "":
		return message
	}
	return code + ": " + message
}

// decodeErrors reads the shapes in which the service lists errors: null, a list of
// errors, one error by itself, or a bare sentence.
func decodeErrors(raw any) []ErrorInfo {
	switch value := raw.(type) {
	case nil:
		return nil
	case []any:
		var infos []ErrorInfo
		for _, element := range value {
			infos = append(infos, decodeErrors(element)...)
		}
		return infos
	case map[string]any:
		if info, ok := decodeError(value); ok {
			return []ErrorInfo{info}
		}
		return nil
	case string:
		if value == "" {
			return nil
		}
		return []ErrorInfo{{Message: value}}
	default:
		return []ErrorInfo{{Message: text(value)}}
	}
}

// decodeError reads one error. An object that has nothing but "error" (as older
// api-versions send) is that error. It reports false when there is nothing in it.
func decodeError(object map[string]any) (ErrorInfo, bool) {
	for text(object["code"]) == "" && text(object["message"]) == "" {
		inner, ok := object["error"].(map[string]any)
		if !ok {
			break
		}
		object = inner
	}
	info := ErrorInfo{
		Code:    text(object["code"]),
		Message: text(object["message"]),
		Target:  text(object["target"]),
	}
	above := ErrorDetail{info.Code, info.Message}
	// Flattened, a detail stands below the first line whatever it was below before.
	info.Details = slices.DeleteFunc(nested(object, above), func(d ErrorDetail) bool {
		return d == above || d == ErrorDetail{}
	})
	found := info.Code != "" || info.Message != "" || len(info.Details) > 0
	return info, found
}

// nested flattens what lies below an error, at any depth. The useful sentence is
// often the innermost, so nothing is dropped but what only repeats the line above.
func nested(object map[string]any, above ErrorDetail) []ErrorDetail {
	var details []ErrorDetail
	for _, key := range []string{"error", "details", "innerError", "innererror", "errors"} {
		details = append(details, flatten(object[key], above)...)
	}
	if infos, ok := object["additionalInfo"].([]any); ok {
		for _, element := range infos {
			if info, ok := element.(map[string]any); ok {
				details = append(details, ErrorDetail{text(info["type"]), text(info["info"])})
			}
		}
	}
	return details
}

func flatten(value any, above ErrorDetail) []ErrorDetail {
	switch value := value.(type) {
	case nil:
		return nil
	case []any:
		var details []ErrorDetail
		for _, element := range value {
			details = append(details, flatten(element, above)...)
		}
		return details
	case map[string]any:
		own := ErrorDetail{text(value["code"]), text(value["message"])}
		if own == above || own == (ErrorDetail{}) {
			return nested(value, above)
		}
		return append([]ErrorDetail{own}, nested(value, own)...)
	default:
		return []ErrorDetail{{Message: text(value)}}
	}
}

// text is a JSON value as words: a string as it is, null as nothing, anything else
// as its JSON.
func text(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return value
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(encoded)
}
