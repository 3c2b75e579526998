// Package messages has the warnings that the resource, its list resource and the data sources
// share, and turns package azureml's errors into details of diagnostics.
package messages

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Detail returns the error as the detail of a diagnostic: the cause, and what to do next.
func Detail(err error) string {
	if next := nextStep(err); next != "" {
		return sentence(err.Error()) + "\n\n" + next
	}
	return sentence(err.Error())
}

// sentence adds a capital and a period to an error in Go's style. A text that begins with a
// capital stays as it is, because it may end with a request id. The name of an attribute stays
// in lower case.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if !unicode.IsLower(first) {
		return text
	}
	if word, _, _ := strings.Cut(text, " "); !strings.Contains(word, "_") {
		text = string(unicode.ToUpper(first)) + text[size:]
	}
	if last, _ := utf8.DecodeLastRuneInString(text); unicode.IsLetter(last) || unicode.IsDigit(last) || strings.ContainsRune("\")}'", last) {
		text += "."
	}
	return text
}
