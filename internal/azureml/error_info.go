package azureml

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/safetext"
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
// Further lines of a message are indented, so that they are not mistaken for text of this program.
func (e ErrorInfo) String() string { return describe([]ErrorInfo{e}) }

// describe is [ErrorInfo.String] of several errors, cut to a readable number of lines.
func describe(infos []ErrorInfo) string {
	var lines []string
	for _, info := range infos {
		lines = append(lines, indented(words(info.Code, info.Message), "  "))
		for _, detail := range info.Details {
			lines = append(lines, "  - "+indented(words(detail.Code, detail.Message), "    "))
		}
	}
	return safetext.Lines(strings.Join(lines, "\n"))
}

func indented(text, by string) string {
	return strings.ReplaceAll(strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")), "\n", "\n"+by)
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

// maxErrors is how many errors, and how many details of one, are kept: callers may store them.
const maxErrors = 100

// decodeErrors reads the shapes in which the service lists errors: null, a list of errors,
// one error by itself, or a string. Secrets are masked. The errors beyond [maxErrors] are
// counted in one more error.
func decodeErrors(raw any) []ErrorInfo {
	infos := decodeAllErrors(raw)
	if more := len(infos) - maxErrors; more > 0 {
		infos = append(infos[:maxErrors:maxErrors], ErrorInfo{Message: fmt.Sprintf("%d more errors are left out.", more)})
	}
	return infos
}

func decodeAllErrors(raw any) []ErrorInfo {
	switch value := raw.(type) {
	case nil:
		return nil
	case []any:
		var infos []ErrorInfo
		for _, element := range value {
			infos = append(infos, decodeAllErrors(element)...)
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
		return []ErrorInfo{{Message: safetext.Mask(value)}}
	default:
		return []ErrorInfo{{Message: masked(value)}}
	}
}

// decodeError reads one error. An object that has nothing but "error" (as older
// api-versions send) is that error. It reports false when the object is empty.
func decodeError(object map[string]any) (ErrorInfo, bool) {
	for jsonText(object["code"]) == "" && jsonText(object["message"]) == "" {
		inner, ok := object["error"].(map[string]any)
		if !ok {
			break
		}
		object = inner
	}
	info := ErrorInfo{
		Code:    masked(object["code"]),
		Message: masked(object["message"]),
		Target:  masked(object["target"]),
	}
	above := ErrorDetail{info.Code, info.Message}
	// Flattened, a detail follows the first line whatever it was nested in.
	info.Details = slices.DeleteFunc(nested(object, above), func(d ErrorDetail) bool {
		return d == above || d == ErrorDetail{}
	})
	if more := len(info.Details) - maxErrors; more > 0 {
		info.Details = append(info.Details[:maxErrors:maxErrors], ErrorDetail{Message: fmt.Sprintf("%d more details are left out.", more)})
	}
	found := info.Code != "" || info.Message != "" || len(info.Details) > 0
	return info, found
}

// nested flattens the errors below an error, at any depth. The most useful message is
// often the innermost, so only repetitions of the line above are dropped.
func nested(object map[string]any, above ErrorDetail) []ErrorDetail {
	var details []ErrorDetail
	for _, key := range []string{"error", "details", "innerError", "innererror", "errors"} {
		details = append(details, flatten(object[key], above)...)
	}
	if infos, ok := object["additionalInfo"].([]any); ok {
		for _, element := range infos {
			info, _ := element.(map[string]any)
			details = append(details, ErrorDetail{masked(info["type"]), masked(info["info"])}) // decodeError drops empty ones
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
		own := ErrorDetail{masked(value["code"]), masked(value["message"])}
		if own == above || own == (ErrorDetail{}) {
			return nested(value, above)
		}
		return append([]ErrorDetail{own}, nested(value, own)...)
	default:
		return []ErrorDetail{{Message: masked(value)}}
	}
}

// masked is [jsonText] without secrets, so that it may be stored.
func masked(value any) string { return safetext.Mask(jsonText(value)) }

// withoutSecrets masks the strings of a JSON value, at any depth.
func withoutSecrets(value any) any {
	switch value := value.(type) {
	case string:
		return safetext.Mask(value)
	case []any:
		for i := range value {
			value[i] = withoutSecrets(value[i])
		}
	case map[string]any:
		for name := range value {
			value[name] = withoutSecrets(value[name])
		}
	}
	return value
}

// jsonText is a JSON value as text: a string as it is, null as nothing, anything else
// as its JSON.
func jsonText(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return value
	}
	encoded, _ := json.Marshal(value) // what was decoded from JSON can be encoded again
	return string(encoded)
}
