// Package messages has the warnings that the resource, its list and the data sources share,
// and writes package azureml's errors the way Terraform shows them.
package messages

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentence is an error's text as the detail of a diagnostic: what went wrong, and what to
// do next.
func Sentence(err error) string {
	if next := nextStep(err); next != "" {
		return sentence(err.Error()) + "\n\n" + next
	}
	return sentence(err.Error())
}

// sentence gives an error in Go's style a capital and a period. A text that begins with a
// capital is left as it is: it may end with a request id.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if !unicode.IsLower(first) {
		return text
	}
	text = string(unicode.ToUpper(first)) + text[size:]
	if last, _ := utf8.DecodeLastRuneInString(text); unicode.IsLetter(last) || unicode.IsDigit(last) || strings.ContainsRune("\")}'", last) {
		text += "."
	}
	return text
}
