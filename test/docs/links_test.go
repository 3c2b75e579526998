//go:build unix

package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#{1,6} (.*)$`)
	anchor  = regexp.MustCompile(`<a id="([^"]+)">`)
	code    = regexp.MustCompile("(?ms)^```.*?^```$")
)

// TestLinks: a link to another text of the repository leads to a file that exists, and to a
// heading in it.
func TestLinks(t *testing.T) {
	t.Parallel()
	const fewest = 100
	links := 0
	for _, pattern := range []string{"*.md", "examples/*.md", "docs/*.md", "docs/*/*.md"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		must(t, err)
		for _, file := range files {
			for _, match := range link.FindAllStringSubmatch(code.ReplaceAllString(read(t, file), ""), -1) {
				address := strings.TrimPrefix(match[1], "https://github.com/terraform-provider-azureml/terraform-provider-azureml/blob/main/")
				target := filepath.Join(filepath.Dir(file), address)
				if address != match[1] {
					target = filepath.Join(root, address)
				} else if strings.Contains(address, "://") {
					continue
				}
				links++
				path, fragment, _ := strings.Cut(target, "#")
				if strings.HasPrefix(match[1], "#") {
					path = file
				}
				switch info, err := os.Stat(path); {
				case err != nil:
					t.Errorf("%s links to %s, which does not exist", file, match[1])
				case fragment != "" && !info.IsDir() && !anchors(t, path)[fragment]:
					t.Errorf("%s links to %s, which has no such heading", file, match[1])
				}
			}
		}
	}
	if links < fewest {
		t.Errorf("only %d links were found", links)
	}
}

// anchors are the fragments that a text has: its headings as GitHub and the registries
// write them, and what the docs generator adds.
func anchors(t *testing.T, path string) map[string]bool {
	t.Helper()
	text, found := code.ReplaceAllString(read(t, path), ""), map[string]bool{}
	for _, match := range heading.FindAllStringSubmatch(text, -1) {
		found[strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, match[1])] = true
	}
	for _, match := range anchor.FindAllStringSubmatch(text, -1) {
		found[match[1]] = true
	}
	return found
}
