package emulator

import (
	_ "embed"
	"regexp"
	"strings"
)

//go:embed GUESSES.md
var guessesText string

// A Guess is something that the emulator does and that no recording of the service shows. A comment marks it in the code.
type Guess struct {
	ID string
	// Sentence says what the service is believed to do.
	Sentence string
	// Heading says when a run of `make verify-azure` meets it.
	Heading string
}

var guessLine = regexp.MustCompile("^- `([a-z-]+)`: (.+)$")

// Guesses are the guesses of GUESSES.md, in its order.
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
