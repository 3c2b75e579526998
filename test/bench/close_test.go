//go:build unix

package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A bench that fails or is interrupted ends at once and leaves nothing behind.
func TestNothingIsLeft(t *testing.T) {
	for _, cli := range []struct {
		name, script string
		n            int
	}{
		{"init fails", "exit 1", 1},
		{"a later command fails", "test $1 = init", 1},
		{"interrupted", "exit 0", pageSize},
	} {
		t.Run(cli.name, func(t *testing.T) {
			script := filepath.Join(t.TempDir(), "cli")
			if err := os.WriteFile(script, []byte("#!/bin/sh\n"+cli.script+"\n"), 0o700); err != nil {
				t.Fatal(err)
			}
			b := &bench{work: t.TempDir(), cli: script, empty: contender{"host/name/empty", "0.1.0", script, emptyResource}}
			ours := contender{"host/name/azureml", "0.1.0", script, azuremlResource}
			ctx, cancel := context.WithTimeout(t.Context(), refill/10)
			defer cancel()
			t.Setenv("TMPDIR", t.TempDir())
			began := time.Now()
			if err := b.lifeCycle(ctx, &results{}, ours, cli.n, 1, near); err == nil {
				t.Error("the commands succeed")
			}
			if took := time.Since(began); took >= refill {
				t.Errorf("it ended after %s", took)
			}
			if _, err := b.startUp(ctx, ours); err == nil {
				t.Error("the starts succeed")
			}
			if _, err := b.bareAttach(ctx, ours); err == nil {
				t.Error("the attach succeeds")
			}
			if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v; %v", left, err)
			}
		})
	}
}
