package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Package testing registers flags and is of no use to people who run the command.
func TestLinksNoTesting(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, linked := range strings.Fields(string(out)) {
		if slices.Contains([]string{"testing", "testing/synctest", "net/http/httptest"}, linked) || strings.HasSuffix(linked, "/emulatortest") {
			t.Errorf("the command links %s", linked)
		}
	}
}
