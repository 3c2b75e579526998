package azureml

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// maxValues is roughly how many values the JSON of a reply may have. In memory a value can
// take a hundred times its bytes. A page of 8,000 computes has about 150,000 values.
const maxValues = 160_000

// oversized reports JSON with too many values to decode. It also counts characters in
// strings, which does no harm.
func oversized(body []byte) bool {
	return bytes.Count(body, []byte(","))+bytes.Count(body, []byte("{"))+bytes.Count(body, []byte("[")) > maxValues
}

// parse decodes a reply that must be a JSON object. The response is nil with an error.
func parse(response *http.Response, body []byte) (map[string]any, *http.Response, error) {
	if oversized(body) {
		return nil, nil, malformed(response, fmt.Errorf("it has more than %d values", maxValues))
	}
	document, _ := decodeJSON(body).(map[string]any)
	if document == nil {
		return nil, nil, malformed(response, errNoJSONObject)
	}
	return document, response, nil
}

// decodeJSON decodes a reply; nil when it is not JSON. A number that is too large for a
// float counts as null: it must not spoil the rest.
func decodeJSON(body []byte) (value any) {
	err := json.Unmarshal(body, &value)
	if _, tooLarge := errors.AsType[*json.UnmarshalTypeError](err); err != nil && !tooLarge {
		return nil
	}
	return value
}

// payload is the body of a reply, without the byte order mark that some gateways add.
func payload(response *http.Response) ([]byte, error) {
	body, err := runtime.Payload(response)
	return bytes.TrimPrefix(body, []byte("\ufeff")), err
}

var errNoJSONObject = errors.New("it is not a JSON object")

// malformed returns the error of a successful reply (2xx) that cannot be read.
func malformed(response *http.Response, why error) *Error {
	e := newError(response, nil)
	e.Info.Message = "The reply is not what Azure sends: " + why.Error()
	e.malformed = true
	return e
}

// quoting adds the error that the reply has in place of what was requested, if it has one.
func (e *Error) quoting(document map[string]any) *Error {
	for _, info := range decodeErrors(document) {
		e.Info.Details = append(append(e.Info.Details, ErrorDetail{info.Code, info.Message}), info.Details...)
	}
	return e
}

func isMalformed(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.malformed
}
