package emulator

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Each guess of GUESSES.md is marked in the code, and each comment about a guess names one.
func TestGuessesMatchTheCode(t *testing.T) {
	listed := map[string]bool{}
	for _, guess := range Guesses() {
		if listed[guess.ID] {
			t.Errorf("GUESSES.md has %s twice", guess.ID)
		}
		if guess.Heading == "" || !strings.HasSuffix(guess.Sentence, ".") {
			t.Errorf("GUESSES.md: %s needs a heading above it and one sentence", guess.ID)
		}
		listed[guess.ID] = true
	}
	if lines := strings.Count(guessesText, "\n- "); lines != len(listed) {
		t.Errorf("GUESSES.md has %d lines, of which %d can be read", lines, len(listed))
	}

	marked := map[string]bool{}
	for place, ids := range marks(t) {
		if len(ids) == 0 {
			t.Errorf("%s guesses without an id: write // Guess: the-id, and a line in GUESSES.md", place)
		}
		for _, id := range ids {
			marked[id] = true
			if !listed[id] {
				t.Errorf("%s: %s is not in GUESSES.md", place, id)
			}
		}
	}
	for id := range listed {
		if !marked[id] {
			t.Errorf("%s is in GUESSES.md, but not in the code", id)
		}
	}
}

var (
	guessComment = regexp.MustCompile(`(?i)//.*\bguess(es)?\b`)
	guessMark    = regexp.MustCompile(`// Guess(?:es)?: ([a-z-]+(?:, [a-z-]+)*)\.?`)
)

// marks returns the ids in each comment about guesses, by file and line, without the comments about guesses in general in
// emulator.go and guesses.go.
func marks(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || slices.Contains([]string{"emulator.go", "guesses.go"}, file) {
			continue
		}
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for number, line := range strings.Split(string(code), "\n") {
			if !guessComment.MatchString(line) {
				continue
			}
			place := fmt.Sprintf("%s:%d", file, number+1)
			found[place] = nil
			if mark := guessMark.FindStringSubmatch(line); mark != nil {
				found[place] = strings.Split(mark[1], ", ")
			}
		}
	}
	return found
}
