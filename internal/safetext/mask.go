package safetext

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// masked replaces a secret.
const masked = "(masked)"

// rules match the secrets in text of a service or of a proxy, which may quote the request.
// The name of a secret stays, its value is replaced.
var rules = []struct {
	form *regexp.Regexp
	with string
}{
	// JSON web tokens, such as those of Entra ID.
	{regexp.MustCompile(`\beyJ[\w-]{8,}(\.[\w-]*)*`), masked},
	{regexp.MustCompile(`(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)`), masked},
	// Secrets that Entra ID makes, and keys of Azure's accounts.
	{regexp.MustCompile(`[\w.~-]{3}[78]Q~[\w.~-]{31,34}`), masked},
	{regexp.MustCompile(`[A-Za-z0-9+/]{86}==`), masked},
	{regexp.MustCompile(`(?i)\b(bearer|basic|negotiate|sharedkey|sharedkeylite|sharedaccesssignature)\s+[\w.~+/=&%:-]{16,}`), `$1 ` + masked},
	// Names and passwords in addresses.
	{regexp.MustCompile(`(\w://)[^\s/"'<>]*@`), `$1` + masked + `@`},
	{regexp.MustCompile(`(\w://)[^\s"'<>@]*:[^\s"'<>]*@`), `$1` + masked + `@`},
	{regexp.MustCompile(`("\w+://)[^"\n]*:[^"\n]*@`), `$1` + masked + `@`},
	{regexp.MustCompile(`"[^"\s:/]+:[^"\s]+@([^"\s@]*")`), `"` + masked + `@$1`},
	// Values with the name of a secret: NAME=value, "name": "value", and Name: value where
	// the value is too long to be a word.
	{regexp.MustCompile(`(?i)(` + secretName + `["']?\s*=\s*["']?)[^\s"';,&$(]+`), `$1` + masked},
	{regexp.MustCompile(`(?i)(` + secretName + `["']\s*:\s*["'])[^"'\n]+`), `$1` + masked},
	{regexp.MustCompile(`(?i)(` + secretName + `\s*:\s*)[^\s"';,$(]{16,}`), `$1` + masked},
}

const secretName = `(?:secret|password|passwd|pwd|account[-_]?key|access[-_]?key|api[-_]?key|signature|token|assertion|authorization|cookie|identity-header)`

// parameter is a query parameter of a URL, also of one that was encoded twice.
var parameter = regexp.MustCompile(`([?&#]|&amp;|%3[Ff]|%26|\\u0026)([\w.$-]+)(=|%3[Dd])([^\s&;"'<>()\\]+)`)

// several are consecutive masked parameters.
var several = regexp.MustCompile(`([?&#]\(masked\))(?:(?:&|&amp;)\(masked\))+`)

// harmless are the parameters that are shown: those of Resource Manager's URLs that are
// not part of a signature, and those of links to Microsoft's documentation.
var harmless = []string{
	"api-version", "service", "underlyingresourceaction", "$skip", "$skiptoken", "$top", "$filter", "$expand", "linkid", "clcid", "view", "tabs", "pivots", "source",
}

// Mask replaces tokens, keys, passwords and the signatures of URLs. Of a very long text it
// keeps the beginning.
func Mask(text string) string {
	text, rest := head(text, maxText)
	if rest > 0 {
		return Mask(text) + fmt.Sprintf("\n… and %d more bytes", rest)
	}
	for _, rule := range rules {
		text = rule.form.ReplaceAllString(text, rule.with)
	}
	text = parameter.ReplaceAllStringFunc(text, func(found string) string {
		parts := parameter.FindStringSubmatch(found)
		if slices.Contains(harmless, strings.ToLower(parts[2])) {
			return found
		}
		return parts[1] + masked
	})
	return several.ReplaceAllString(text, "$1")
}
