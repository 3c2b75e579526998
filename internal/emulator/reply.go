package emulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// reply is an answer before it is sent.
type reply struct {
	status  int
	header  http.Header
	body    []byte
	gateway bool // Resource Manager's own, rather than a resource provider's
	// mayCompress marks the replies that are sent compressed to clients that accept it, however small.
	mayCompress bool
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

// document answers with v as the service writes JSON: indented by two.
func document(status int, v any) *reply {
	return jsonReply(status, indentJSON(v))
}

func indentJSON(v any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		// Only what a test put in can do that.
		return []byte(`{"error": {"code": "EmulatorError", "message": ` + strconv.Quote(err.Error()) + `}}`)
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// edit changes a reply's JSON.
func (r *reply) edit(change func(map[string]any)) {
	var doc map[string]any
	decoder := json.NewDecoder(bytes.NewReader(r.body))
	decoder.UseNumber() // 100.0 stays 100.0.
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

// gatewayError is an error of Resource Manager itself.
func gatewayError(status int, code, message string) *reply {
	type body struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	r := document(status, map[string]body{"error": {code, message}})
	r.gateway = true
	return r
}
