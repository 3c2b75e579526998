package clitest

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Resources are those in the state of a directory, decoded into R. Without a state file
// there are none.
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
