package safetext_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/mitchellh/go-wordwrap"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/safetext"
)

func TestTextIsReadable(t *testing.T) {
	for _, text := range []string{
		"", "one", "one\ntwo\n\nthree", "UserError: The Batch account 'batch0' was not found. (Code: X)", "Größe: 5 µm, 世界, 👍",
		"https://go.microsoft.com/fwlink/?linkid=2114&clcid=0x409", "https://management.azure.com/x?api-version=2020-02-02",
		"see https://aka.ms/arm-throttling for ::1 and fe80::1, std::string, a::b", "issue ##5 and [x]", "a@b.example, user@contoso.com",
		"client_secret: it is the secret's value", "The token is too old.", "Password: required", "use_oidc = true", "env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)",
		"no rows in set; token expired", `import { id = "/subscriptions/0/x" }`,
	} {
		if got := safetext.Clean(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestTextEscapes(t *testing.T) {
	for text, want := range map[string]string{
		"a\x1b[31mred\x1b[0m":                 `a\u001b[31mred\u001b[0m`,
		"\x1b]8;;https://evil.example\x07x":   `\u001b]8;;https://evil.example\u0007x`,
		"one\r\ntwo\rthree":                   "one\ntwo\\u000dthree",
		"abc\u202edcba\u202c \u2066x\u2069":   `abc\u202edcba\u202c \u2066x\u2069`,
		"zero\u200bwidth\ufeff line\u2028sep": `zero\u200bwidth\ufeff line\u2028sep`,
		"tag\U000E0041":                       `tag\U000e0041`,
		"tab\tand \x00 \x7f \u0085 \xff":      "tab and \\u0000 \\u007f \\u0085 \ufffd",
	} {
		if got := safetext.Clean(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// However Terraform wraps a text, none of its lines is a command.
func TestTextIsNoCommand(t *testing.T) {
	command := regexp.MustCompile(`(?i)##\w*\[|^[\s\p{Z}]*::\pL`)
	for _, text := range []string{
		"##vso[task.setvariable variable=x]y", "a ##VSO[task.complete]", "###[error]x", "##[group]x", "##teamcity[x]", "##\x00vso[x]", "##\u200b[x]",
		"::error::x", "  ::add-mask::x", "a\n::set-output name=x::y", "\t::warning file=a,line=1::x", "a\u3000::error::x", "::a ::b ::c", "\ufeff::error::x",
		"some words and then ::set-env name=PATH::/evil and more words ::stop-commands::x", "\r::error::x", "x\u2028::error::x", "x\u00a0::error::x", ":: ::a::",
	} {
		for width := range 90 {
			for line := range strings.SplitSeq(wordwrap.WrapString(safetext.Clean(text), uint(width+1)), "\n") {
				if command.MatchString(line) {
					t.Fatalf("%q has the line %q at a width of %d", text, line, width+1)
				}
			}
		}
	}
}

func TestTextMasks(t *testing.T) {
	const token = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2lnbmF0dXJl"
	key := strings.Repeat("Ab1+", 21) + "Ab=="
	for text, secrets := range map[string][]string{
		"Authorization: Bearer " + token:                                             {"eyJ", "c2lnbmF0dXJl"},
		"bearer abcdefgh.ijklmnop-qrst":                                              {"ijklmnop"},
		"Authorization: Basic dXNlcjpwYXNzd29yZA==":                                  {"dXNlcjpw"},
		"authorization: abcdefghijklmnopqrst":                                        {"ijklmnop"},
		`{"access_token":"opaque-token-1"}`:                                          {"opaque"},
		"the token is " + token + ".":                                                {"eyJ", "c2ln"},
		"cut: eyJhbGciOiJSUzI1NiJ9":                                                  {"eyJ"},
		"GET /x?api-version=1&t=1&c=MIIC&s=S1G&h=h4sh":                               {"MIIC", "S1G", "h4sh"},
		"https://a.blob.core.windows.net/c?sv=2020-08-04&sig=S1G%2Bx%3D":             {"S1G"},
		"https://a.example/?code=S3CRET":                                             {"S3CRET"},
		"https://a.example/x?a=1&amp;sig=S1G":                                        {"S1G"},
		"https%3A%2F%2Fa.example%3Fsig%3DS1G":                                        {"S1G"},
		"https://a.example/#access_token=S3CRET":                                     {"S3CRET"},
		"AccountName=a;AccountKey=S3CRET==;EndpointSuffix=x":                         {"S3CRET"},
		"Endpoint=sb://x/;SharedAccessKey=S3CRET=":                                   {"S3CRET"},
		"grant_type=client_credentials&client_secret=S3CRET&scope=x":                 {"S3CRET"},
		`client_secret = "S3CRET"`:                                                   {"S3CRET"},
		"Password=S3CRET;":                                                           {"S3CRET"},
		"X-Identity-Header: 0123456789abcdef":                                        {"0123456789abcdef"},
		"key " + key:                                                                 {"Ab1+Ab1+"},
		"secret abc8Q~" + pad("x", 34):                                               {"xxxxx"},
		"proxy https://user:S3CRET@proxy":                                            {"S3CRET", "user"},
		`"https://user:S3CRET@host/x" is not valid`:                                  {"S3CRET"},
		`parse "http://user:S3 CRET@host": net/url: invalid userinfo`:                {"S3 CRET", "CRET"},
		`"https://user:S3/CR?ET@host"`:                                               {"S3/", "CR?ET"},
		`"user:S3CRET@host" is no https address`:                                     {"S3CRET"},
		"https://S3CRET@host":                                                        {"S3CRET"},
		"-----BEGIN RSA PRIVATE KEY-----\nS3CRET\nMORE\n-----END RSA PRIVATE KEY---": {"S3CRET", "MORE"},
		strings.Repeat("x ", 200<<10) + token:                                        {"c2ln"},
		strings.Repeat("x ", 32<<10-10) + token:                                      {"eyJ", "c2ln"},
	} {
		got := safetext.Clean(text)
		for _, secret := range secrets {
			if strings.Contains(got, secret) {
				t.Errorf("%.200q is shown as %.200q", text, got)
			}
		}
		if again := safetext.Clean(got); again != got {
			t.Errorf("%.200q became %.200q the second time", got, again)
		}
	}
}

func pad(s string, n int) string { return strings.Repeat(s, n) }

func TestLinesAreBounded(t *testing.T) {
	var text strings.Builder
	for i := range 8000 {
		_, _ = fmt.Fprintf(&text, "line %d\n", i)
	}
	lines := strings.Split(safetext.Lines(text.String()), "\n")
	if len(lines) != safetext.MaxLines+1 || lines[0] != "line 0" || lines[60] != "… and 7941 more lines" {
		t.Errorf("%d lines, the last one is %q", len(lines), lines[len(lines)-1])
	}
	for _, long := range []string{strings.Repeat("x", 5<<20), strings.Repeat("ä", 5<<20), strings.Repeat("word ", 1<<20), strings.Repeat("\n", 5<<20), strings.Repeat("\x1b", 5<<20)} {
		got := safetext.Lines(long)
		if len(got) > 400<<10 || strings.Count(got, "\n") > safetext.MaxLines+1 || !strings.Contains(got, " more ") {
			t.Errorf("%d bytes, ends with %q", len(got), got[len(got)-50:])
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("##vso[x]\n ::error::y \u202e\x1b")
	command := regexp.MustCompile(`##\w*\[|(?m)^[\s\p{Z}]*::\pL`)
	f.Fuzz(func(t *testing.T, text string) {
		got := safetext.Clean(text)
		if command.MatchString(got) {
			t.Errorf("%q became %q", text, got)
		}
		for _, r := range got {
			if r != '\n' && !unicode.IsGraphic(r) {
				t.Errorf("%q became %q", text, got)
			}
		}
	})
}
