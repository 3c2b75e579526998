// Package messages has the warnings that the resource, its list and the data sources share,
// and writes errors the way Terraform shows them.
package messages

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentence is an error's text as the detail of a diagnostic: it begins with a capital, and
// ends with a period unless it already ends with punctuation.
func Sentence(err error) string {
	text := err.Error()
	first, size := utf8.DecodeRuneInString(text)
	text = string(unicode.ToUpper(first)) + text[size:]
	if last, _ := utf8.DecodeLastRuneInString(text); unicode.IsLetter(last) || unicode.IsDigit(last) || strings.ContainsRune("\")}'", last) {
		text += "."
	}
	return text
}
