package clitest

import (
	"strings"
	"testing"
	"unicode"
)

// Says checks that an output contains each of the texts. It ignores the CLI's line breaks
// and the frame that the CLI draws around errors.
func Says(t testing.TB, output string, texts ...string) {
	t.Helper()
	unfolded := strings.Join(strings.FieldsFunc(output, func(r rune) bool { return unicode.IsSpace(r) || r == '│' }), " ")
	for _, text := range texts {
		if !strings.Contains(unfolded, text) {
			t.Errorf("the output does not say %q:\n%s", text, output)
		}
	}
}
