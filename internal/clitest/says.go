package clitest

import (
	"strings"
	"testing"
	"unicode"
)

// Says looks for each of the texts in an output, whose line breaks are the CLI's, as is
// the frame that it draws around errors.
func Says(t testing.TB, output string, texts ...string) {
	t.Helper()
	unfolded := strings.Join(strings.FieldsFunc(output, func(r rune) bool { return unicode.IsSpace(r) || r == '│' }), " ")
	for _, text := range texts {
		if !strings.Contains(unfolded, text) {
			t.Errorf("the output does not say %q:\n%s", text, output)
		}
	}
}
