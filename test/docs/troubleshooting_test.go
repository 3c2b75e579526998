//go:build unix

package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const guide = "docs/guides/troubleshooting.md"

// notOurs lists words in the guide that come from Azure or from Go's library, not from this
// source.
var notOurs = []string{
	"AADSTS700211", "AADSTS700212", "AADSTS700213", "AuthorizationFailed", "TooManyRequests", "UserError", "certificate signed by unknown authority",
}

// TestTroubleshooting: the guide has exactly the errors and warnings that this source can
// report.
func TestTroubleshooting(t *testing.T) {
	t.Parallel()
	text := read(t, filepath.Join(root, guide))
	var headings []string
	for _, match := range regexp.MustCompile("(?m)^### `(.*)`$").FindAllStringSubmatch(text, -1) {
		headings = append(headings, match[1])
	}
	said := source(t)
	if len(said.summaries) < 15 || len(said.literals) < 100 || len(said.known) < 20 {
		t.Fatalf("the source was not read: %d summaries, %d literals, %d causes", len(said.summaries), len(said.literals), len(said.known))
	}

	explained := map[string]bool{}
	for _, summary := range said.summaries {
		pattern := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(summary), "…", ".+") + "$")
		at := slices.IndexFunc(headings, pattern.MatchString)
		if at < 0 {
			t.Errorf("%s has no heading for %q", guide, summary)
			continue
		}
		explained[headings[at]] = true
	}
	for _, heading := range headings {
		if !explained[heading] {
			t.Errorf("%s has a heading for an error that this source does not report: %q", guide, heading)
		}
	}
	for _, words := range said.known {
		if !strings.Contains(text, "`"+words+"`") {
			t.Errorf("%s lacks %q, for which this source has advice", guide, words)
		}
	}
	for _, words := range quoted(text) {
		if !slices.Contains(notOurs, words) && !slices.ContainsFunc(said.literals, func(literal string) bool { return strings.Contains(literal, words) }) {
			t.Errorf("%s quotes words that are not in this source: %q", guide, words)
		}
	}
}

// quoted returns the parts of messages that the guide explains: in bold, and in the first
// column of tables.
func quoted(text string) []string {
	var found []string
	for line := range strings.Lines(strings.ReplaceAll(text, "\n  ", " ")) {
		switch {
		case strings.HasPrefix(line, "| "):
			line, _, _ = strings.Cut(line[2:], " | ")
		case strings.HasPrefix(line, "- **"):
			line = line[:strings.LastIndex(line, "**")]
		default:
			continue
		}
		for _, match := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(line, -1) {
			found = append(found, match[1])
		}
	}
	return found
}

// words are the texts of the source, with … for parts that depend on the run.
type words struct {
	summaries, literals, known []string
}

// reports are the functions that report an error or a warning, with the index of their
// summary argument.
var reports = map[string]int{
	"AddError": 0, "AddWarning": 0, "AddAttributeError": 1, "AddAttributeWarning": 1, "NewErrorDiagnostic": 0, "NewWarningDiagnostic": 0,
	"NewAttributeErrorDiagnostic": 1, "NewAttributeWarningDiagnostic": 1,
}

func source(t *testing.T) words {
	t.Helper()
	var said words
	must(t, filepath.WalkDir(filepath.Join(root, "internal"), func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{"emulator", "acctest", "clitest", "testdata"}, entry.Name()):
			return fs.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		said.readFile(file)
		return nil
	}))
	return said
}

func (w *words) readFile(file *ast.File) {
	named := map[string]ast.Expr{}
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.ValueSpec:
			for i, value := range node.Values {
				named[node.Names[i].Name] = value
			}
			if node.Names[0].Name == "entraAdvice" {
				w.readAdvice(node.Values[0])
			}
		case *ast.AssignStmt:
			if name, ok := node.Lhs[0].(*ast.Ident); ok && len(node.Rhs) == 1 {
				named[name.Name] = node.Rhs[0]
			}
		case *ast.CallExpr:
			if function, ok := node.Fun.(*ast.SelectorExpr); ok {
				if at, ok := reports[function.Sel.Name]; ok {
					w.summaries = append(w.summaries, said(node.Args[at], named))
				}
			}
		case *ast.BinaryExpr:
			// A code of Azure's that the source handles: code == "ScopeLocked".
			if left, ok := node.X.(*ast.Ident); ok && left.Name == "code" && node.Op == token.EQL {
				w.known = append(w.known, said(node.Y, named))
			}
			w.literals = append(w.literals, said(node, named))
		case *ast.BasicLit:
			w.literals = append(w.literals, said(node, named))
		}
		return true
	})
}

// readAdvice adds the codes of Entra ID that auth has advice for.
func (w *words) readAdvice(list ast.Expr) {
	for _, element := range list.(*ast.CompositeLit).Elts {
		code := "AADSTS" + said(element.(*ast.CompositeLit).Elts[0], nil)
		w.known, w.literals = append(w.known, code), append(w.literals, code)
	}
}

var verb = regexp.MustCompile(`%(\[\d\])?[a-z]`)

// said returns the text of an expression.
func said(expression ast.Expr, named map[string]ast.Expr) string {
	switch e := expression.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		if err != nil {
			return "…"
		}
		return verb.ReplaceAllStringFunc(text, func(verb string) string {
			if strings.HasSuffix(verb, "q") {
				return `"…"`
			}
			return "…"
		})
	case *ast.BinaryExpr:
		return said(e.X, named) + said(e.Y, named)
	case *ast.CallExpr:
		if function, ok := e.Fun.(*ast.SelectorExpr); ok && function.Sel.Name == "Sprintf" {
			return said(e.Args[0], named)
		}
	case *ast.Ident:
		if value, ok := named[e.Name]; ok {
			return said(value, nil)
		}
	}
	return "…"
}
