package scrub

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// kind is a pattern to search for in a text, and its replacement.
type kind struct {
	form    string
	replace func(s *Scrubber, found string) string
}

// kinds returns the kinds, in the order in which they are tried at each position of a text.
// The last one matches any word.
func kinds() []kind {
	return []kind{
		{`'[^'\n]*'|"[^"\n]*"|\x60[^\x60\n]*\x60`, (*Scrubber).quoted},
		{`[A-Za-z][A-Za-z0-9+.-]*://[^\s'"<>\x60]+`, (*Scrubber).url},
		{`(?i:/subscriptions/[^\s'"<>?\x60]+)`, (*Scrubber).path},
		{`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+`, numbered("email", "{email-%d}")},
		{`eyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){0,2}`, sizedAs("token")},
		{`[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`, (*Scrubber).guid},
		{`\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?`, (*Scrubber).moment},
		{`(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT`, (*Scrubber).httpDate},
		{`\d{8}T\d{6}Z?`, (*Scrubber).compactTime},
		{`\d{1,2}/\d{1,2}/\d{4}(?: \d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?)?`, numbered("time", "{time-%d}")},
		{`\d{4}-\d{2}-\d{2}(?:-preview)?`, numbered("date", "{date-%d}")},
		{`\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?:/\d+)?`, numbered("ip", "{ip-%d}")},
		{`(?:[0-9a-fA-F]{0,4}:){2,}[0-9a-fA-F]{0,4}`, numbered("ip", "{ip-%d}")},
		{`(?i:microsoft\.[a-z]+(?:\.[a-z]+)*(?:/[a-z]+)*)`, (*Scrubber).typeName},
		{`(?:[A-Za-z0-9_-]+\.)+[A-Za-z]{2,}(?::\d+)?`, (*Scrubber).host},
		{`[\p{L}\p{N}_+/=~%&$#*.-]+(?:'[a-z]{1,2})?`, (*Scrubber).token},
	}
}

func numbered(kind, format string) func(*Scrubber, string) string {
	return func(s *Scrubber, found string) string { return s.placeholder(kind, found, format) }
}

func sizedAs(kind string) func(*Scrubber, string) string {
	return func(_ *Scrubber, found string) string { return fmt.Sprintf("{%s:%d}", kind, len(found)) }
}

// forms returns a regular expression with a group for each kind.
func forms(kinds []kind) string {
	all := make([]string, len(kinds))
	for i, kind := range kinds {
		all[i] = "(" + kind.form + ")"
	}
	return strings.Join(all, "|")
}

// Text replaces private values in a message. Plain words are kept.
func (s *Scrubber) Text(text string) string {
	var out strings.Builder
	for end := 0; ; {
		found := s.anyKind.FindStringSubmatchIndex(text[end:])
		if found == nil {
			out.WriteString(text[end:])
			return out.String()
		}
		out.WriteString(text[end : end+found[0]])
		out.WriteString(s.replace(text[end:], found))
		end += found[1]
	}
}

// replace replaces a match of anyKind.
func (s *Scrubber) replace(text string, found []int) string {
	for i, kind := range s.kinds {
		if at := found[2+2*i]; at >= 0 {
			return kind.replace(s, text[at:found[3+2*i]])
		}
	}
	return "{text}" // Cannot happen: every match has a kind.
}

// whole replaces a text that consists of a single value of a known kind, such as an id, an
// address or a time. It reports false for other texts.
func (s *Scrubber) whole(text string) (string, bool) {
	if strings.HasPrefix(strings.ToLower(text), "/subscriptions/") {
		return s.path(text), true
	}
	if first, ok := s.find(text); ok {
		return first, true
	}
	found := s.wholeKind.FindStringSubmatchIndex(text)
	if found == nil || found[2] >= 0 || found[len(found)-2] >= 0 {
		return "", false // A quotation, or an unknown word.
	}
	return s.replace(text, found), true
}

// find returns the placeholder of a name that occurred before.
func (s *Scrubber) find(text string) (string, bool) {
	for _, kind := range []string{"workspaces", "resourcegroups", "computes", "batchaccounts", "region"} {
		if first, ok := s.seen[kind+" "+strings.ToLower(text)]; ok {
			return s.placeholder(kind, text, first.placeholder), true
		}
	}
	return "", false
}

// quoted replaces a quotation in a message of Azure's, which is mostly a name.
func (s *Scrubber) quoted(found string) string {
	mark, inner := found[:1], found[1:len(found)-1]
	whole, ok := s.whole(inner)
	switch {
	case inner == "", slices.Contains(s.subject.Keep, inner):
		whole = inner
	case !ok:
		whole = s.placeholder("quoted", inner, "{quoted-%d}")
	}
	return mark + whole + mark
}

// typeName replaces the unknown words in a resource type.
func (s *Scrubber) typeName(found string) string {
	parts := strings.Split(found, "/")
	for i, part := range parts[1:] {
		if !slices.Contains(typeWords, strings.ToLower(part)) {
			parts[i+1] = s.placeholder("type", part, "type%d")
		}
	}
	return strings.Join(parts, "/")
}

var (
	plainWord   = regexp.MustCompile(`^\p{L}{1,30}(?:'[a-z]{1,2})?[.]*$`)
	plainNumber = regexp.MustCompile(`^\d{1,5}[.]*$`)
)

// token keeps a plain word or number, and replaces anything that may be a name or a secret.
func (s *Scrubber) token(found string) string {
	bare := strings.TrimRight(found, ".")
	if first, ok := s.find(bare); ok {
		return first + found[len(bare):]
	}
	switch {
	case s.revealing(found):
		return s.placeholder("name", found, "{name-%d}")
	case plainWord.MatchString(found), plainNumber.MatchString(found), strings.Trim(found, "_+/=~%&$#*.-") == "":
		return found
	case len(found) >= 20:
		return fmt.Sprintf("{secret:%d}", len(found))
	}
	return s.placeholder("name", bare, "{name-%d}") + found[len(bare):]
}

// base is the time that all placeholders of times count from.
var base = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// nth returns the placeholder of a time: the nth distinct one is n seconds after base.
func (s *Scrubber) nth(value string) time.Time {
	var n int
	_, _ = fmt.Sscanf(s.placeholder("moment", value, "%d"), "%d", &n)
	return base.Add(time.Duration(n) * time.Second)
}

var momentForm = regexp.MustCompile(`^.{10}([T ]).{8}(?:\.(\d+))?(Z|[+-]\d{2}:?\d{2})?$`)

// moment replaces a time but keeps its form: the number of fractional digits and the
// notation of the zone.
func (s *Scrubber) moment(found string) string {
	parts := momentForm.FindStringSubmatch(found)
	if parts == nil {
		return s.placeholder("time", found, "{time-%d}")
	}
	out := s.nth(found).Format("2006-01-02" + parts[1] + "15:04:05")
	if digits := parts[2]; digits != "" {
		out += "." + strings.Repeat("1", len(digits))
	}
	if zone := parts[3]; zone == "" || zone == "Z" || strings.Trim(zone, "+-0:") == "" {
		return out + zone
	}
	return out + "+01:00"
}

func (s *Scrubber) httpDate(found string) string {
	return s.nth(found).Format("Mon, 02 Jan 2006 15:04:05 GMT")
}

func (s *Scrubber) compactTime(found string) string {
	return s.nth(found).Format("20060102T150405") + strings.Repeat("Z", strings.Count(found, "Z"))
}
