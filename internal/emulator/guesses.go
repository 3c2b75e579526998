package emulator

import (
	_ "embed"
	"regexp"
	"strings"
)

//go:embed GUESSES.md
var guessesText string

// A Guess is a behaviour of the emulator that no recording of the service shows. A comment marks it in the code.
type Guess struct {
	ID string
	// Sentence states what the service is assumed to do.
	Sentence string
	// Heading says when a run of `make verify-azure` checks it.
	Heading string
}

var guessLine = regexp.MustCompile("^- `([a-z-]+)`: (.+)$")

// Guesses returns the guesses of GUESSES.md in order.
func Guesses() []Guess {
	var all []Guess
	heading := ""
	for line := range strings.Lines(guessesText) {
		line = strings.TrimSpace(line)
		if text, ok := strings.CutPrefix(line, "## "); ok {
			heading = text
		} else if found := guessLine.FindStringSubmatch(line); found != nil {
			all = append(all, Guess{ID: found[1], Sentence: found[2], Heading: heading})
		}
	}
	return all
}
