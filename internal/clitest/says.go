package clitest

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
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

// Resources are those in the state of a directory, as much of each as R has. A state
// that is not there has none.
func Resources[R any](t testing.TB, dir string) []R {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, "terraform.tfstate"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var state struct{ Resources []R }
	if err := errors.Join(err, json.Unmarshal(content, &state)); err != nil {
		t.Fatal(err)
	}
	return state.Resources
}
