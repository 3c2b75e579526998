// Package safetext makes text from elsewhere, such as a reply of the service, safe to show
// on a terminal and in the log of a pipeline. Harmless text stays as it is.
package safetext

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// MaxLines is how many lines [Lines] keeps.
	MaxLines = 60
	// maxLine is how many characters of a line are kept: enough for the longest known
	// message, which lists a hundred api-versions.
	maxLine = 4000
	// maxText is how many bytes of a text are kept.
	maxText = 64 << 10
)

// Clean masks secrets, escapes control characters, disarms commands of a pipeline, and
// cuts very long lines.
func Clean(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(Mask(text), string(utf8.RuneError)), "\r\n", "\n")
	lines := strings.Split(disarm(escape(text)), "\n")
	for i, line := range lines {
		lines[i] = cut(line)
	}
	return strings.Join(lines, "\n")
}

// Lines is [Clean] with [MaxLines] lines at most; it counts the rest.
func Lines(text string) string {
	lines := strings.SplitAfterN(text, "\n", MaxLines+1)
	if len(lines) <= MaxLines {
		return Clean(text)
	}
	kept := strings.TrimSuffix(strings.Join(lines[:MaxLines], ""), "\n")
	return fmt.Sprintf("%s\n… and %d more lines", Clean(kept), 1+strings.Count(lines[MaxLines], "\n"))
}

// head is the beginning of a long text, up to a space, so that no secret is cut in two and
// then not recognized; and how many bytes were left out.
func head(text string, limit int) (string, int) {
	if len(text) <= limit {
		return text, 0
	}
	end := max(strings.LastIndexAny(text[:limit], " \n\t"), 0)
	return text[:end], len(text) - end
}

// escape writes invisible characters in the form \u001b: control characters, which begin
// escape sequences, and formatting characters, which can change the direction of the text.
func escape(text string) string {
	var escaped strings.Builder
	for _, r := range text {
		switch {
		case r == '\n' || unicode.IsGraphic(r):
			escaped.WriteRune(r)
		case r == '\t':
			escaped.WriteByte(' ')
		case r > 0xFFFF:
			_, _ = fmt.Fprintf(&escaped, `\U%08x`, r)
		default:
			_, _ = fmt.Fprintf(&escaped, `\u%04x`, r)
		}
	}
	return escaped.String()
}

var (
	// Azure Pipelines and TeamCity obey ##vso[…], ##[…] and ##teamcity[…] anywhere in a line.
	hashCommand = regexp.MustCompile(`##(\w*\[)`)
	// GitHub Actions obeys ::word::… at the beginning of a line, and Terraform may wrap a
	// line at any space.
	colonCommand = regexp.MustCompile(`(?m)(^|[\s\p{Z}])::(\pL)`)
)

// disarm puts a space into commands of a pipeline.
func disarm(text string) string {
	text = hashCommand.ReplaceAllString(text, "# #$1")
	return colonCommand.ReplaceAllString(text, "$1: :$2")
}

// cut shortens a long line, and counts the rest.
func cut(line string) string {
	if len(line) <= maxLine {
		return line
	}
	const keep = maxLine - 50 // for what is added
	kept, _ := head(line, keep)
	if kept == "" {
		kept = strings.ToValidUTF8(line[:keep], "")
	}
	return fmt.Sprintf("%s … and %d more characters", kept, utf8.RuneCountInString(line[len(kept):]))
}

// maxPlain is the length, in bytes, from which a reply in no known form is not shown.
const maxPlain = 1000

// IsPlain reports whether a reply in no known form, without space around it, can be shown
// as it is: it is short, and no page of a proxy.
func IsPlain(text string) bool { return len(text) < maxPlain && !strings.HasPrefix(text, "<") }
