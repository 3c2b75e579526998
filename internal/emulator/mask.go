package emulator

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// masked stands for a secret in a log file.
const masked = "(masked)"

const secretWords = `secret|passw|pwd|assertion|token|credential|authorization|cookie|signature|private_?key|access_?key|account_?key|api_?key`

var (
	// secretName is the name of a field or parameter whose value is a secret.
	secretName = regexp.MustCompile(`(?i)` + secretWords + `|key$|^sig$|^code$`)
	// secretPair is such a name with its value in a text, such as a form or JSON within a string.
	secretPair = regexp.MustCompile(`(?i)([\w.%-]*(?:` + secretWords + `)[\w.%-]*["']?\s*(?:=|:|%3D|%3A)\s*)("[^"]*"|'[^']*'|[^&\s"',;]+)`)
	// scheme is what precedes the secret in an Authorization header.
	scheme = regexp.MustCompile(`(?i)\b(bearer|basic|sharedkey|sharedaccesssignature)(\s|%20|\+)+[^\s,;"'&]+`)
	// webToken is a JSON Web Token, signed or encrypted.
	webToken = regexp.MustCompile(`eyJ[\w-]*(?:\.[\w-]*){2,4}`)
)

// logLine is a request as a line of the request log. Of the headers it has only the one that says which program sent it.
func (e *Emulator) logLine(entry *entry) []byte {
	line, _ := json.Marshal(struct {
		Time      string `json:"time"`
		Method    string `json:"method"`
		Path      string `json:"path"`
		Query     string `json:"query,omitempty"`
		UserAgent string `json:"userAgent,omitempty"`
		Body      any    `json:"body,omitempty"`
		Status    int    `json:"status"`
	}{
		entry.Time.UTC().Format(logTime), entry.Method, e.maskText(entry.Path), e.maskQuery(entry.Query),
		e.maskText(entry.Header.Get("User-Agent")), e.maskBody(entry), entry.Status,
	}) // Strings, numbers and what came from JSON always can be encoded.
	return line
}

// maskBody is a body as the request log shows it. Resource Manager takes JSON alone; anything else may be a form with a
// secret, or half of one, so only its size is shown.
func (e *Emulator) maskBody(entry *entry) any {
	if entry.bodySize == 0 {
		return nil
	}
	var document any
	if len(entry.Body) == entry.bodySize && json.Unmarshal(entry.Body, &document) == nil {
		switch document.(type) {
		case map[string]any, []any:
			return e.maskJSON(document)
		}
	}
	return fmt.Sprintf("(%d bytes, not a JSON document of up to %d KiB)", entry.bodySize, maxLoggedBody>>10)
}

// maskJSON masks the secrets in a JSON value.
func (e *Emulator) maskJSON(value any) any {
	switch value := value.(type) {
	case map[string]any:
		shown := make(map[string]any, len(value))
		for name, field := range value {
			shown[e.maskText(name)] = e.maskField(name, field)
		}
		// Some documents have a parameter as an object of its name and its value.
		for _, key := range []string{"name", "key"} {
			if name, ok := value[key].(string); ok && value["value"] != nil {
				shown[key], shown["value"] = e.maskText(name), e.maskField(name, value["value"])
			}
		}
		return shown
	case []any:
		shown := make([]any, len(value))
		for i, element := range value {
			shown[i] = e.maskJSON(element)
		}
		return shown
	case string:
		return e.maskText(value)
	default:
		return value
	}
}

func (e *Emulator) maskField(name string, value any) any {
	if value != nil && secretName.MatchString(name) {
		return masked
	}
	return e.maskJSON(value)
}

// maskQuery masks the secrets in a query, and keeps everything else as it was sent.
func (e *Emulator) maskQuery(query string) string {
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		decoded, err := url.QueryUnescape(value)
		if err != nil {
			decoded = value
		}
		if plain, err := url.QueryUnescape(name); err == nil && secretName.MatchString(plain) || e.maskText(decoded) != decoded {
			pairs[i] = name + "=" + masked
		}
	}
	return e.maskText(strings.Join(pairs, "&"))
}

// maskText masks the secrets in a text: tokens, the application's own secret, and values after names of secrets.
func (e *Emulator) maskText(text string) string {
	// A secret of a few characters would be found in words.
	if secret := e.config.clientSecret; len(secret) >= 8 {
		text = strings.NewReplacer(secret, masked, url.QueryEscape(secret), masked).Replace(text)
	}
	text = webToken.ReplaceAllString(text, masked)
	text = scheme.ReplaceAllString(text, "$1 "+masked)
	return secretPair.ReplaceAllString(text, "${1}"+masked)
}
