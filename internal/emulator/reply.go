package emulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// reply is a reply before it is sent.
type reply struct {
	status  int
	header  http.Header
	body    []byte
	gateway bool // from Resource Manager itself, not a resource provider
	// mayCompress marks replies that are compressed whatever their size, for clients that accept it.
	mayCompress bool
	// recorded marks replies of a recording, which need no further headers.
	recorded bool
}

func emptyReply(status int) *reply {
	return &reply{status: status, header: http.Header{}}
}

func jsonReply(status int, body []byte) *reply {
	r := emptyReply(status)
	r.header.Set("Content-Type", "application/json; charset=utf-8")
	r.body = body
	return r
}

// document is a reply with v as JSON, indented by two like the service's.
func document(status int, v any) *reply {
	return jsonReply(status, indentJSON(v))
}

func indentJSON(v any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		// Only a value from a test can fail.
		return []byte(`{"error": {"code": "EmulatorError", "message": ` + strconv.Quote(err.Error()) + `}}`)
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// edit changes the JSON of a reply.
func (r *reply) edit(change func(map[string]any)) {
	var doc map[string]any
	decoder := json.NewDecoder(bytes.NewReader(r.body))
	decoder.UseNumber() // So that 100.0 stays 100.0.
	if decoder.Decode(&doc) == nil && doc != nil {
		change(doc)
		r.body = indentJSON(doc)
	}
}

func bodyAllowed(status int) bool {
	return status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}

func flush(w http.ResponseWriter) { _ = http.NewResponseController(w).Flush() }

func acceptsGzip(header http.Header) bool {
	for _, value := range header.Values("Accept-Encoding") {
		for coding := range strings.SplitSeq(value, ",") {
			name, _, _ := strings.Cut(strings.TrimSpace(coding), ";")
			if strings.EqualFold(name, "gzip") {
				return true
			}
		}
	}
	return false
}

// gatewayError is an error from Resource Manager itself.
func gatewayError(status int, code, message string) *reply {
	type body struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	r := document(status, map[string]body{"error": {code, message}})
	r.gateway = true
	return r
}
