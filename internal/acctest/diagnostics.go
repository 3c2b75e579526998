package acctest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Diagnostics are the errors and the warnings of a call, or of several that make up one
// command.
type Diagnostics struct {
	Errors   []string
	Warnings []string
}

// Err is nil when there are no errors.
func (d Diagnostics) Err() error {
	if len(d.Errors) == 0 {
		return nil
	}
	return errors.New(strings.Join(d.Errors, "\n---\n"))
}

// WantError fails the test unless there is an error, and it says each of these.
func (d Diagnostics) WantError(t testing.TB, says ...string) {
	t.Helper()
	WantError(t, d.Err(), says...)
}

// WantError fails the test unless there is an error, and it says each of these.
func WantError(t testing.TB, err error, says ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("there is no error, want one that says %q", says)
		return
	}
	for _, text := range says {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("the error does not say %q:\n%v", text, err)
		}
	}
}

// WantNone fails the test when there are errors or warnings.
func (d Diagnostics) WantNone(t testing.TB) {
	t.Helper()
	if len(d.Errors) > 0 || len(d.Warnings) > 0 {
		t.Errorf("want no errors and no warnings, got errors %q and warnings %q", d.Errors, d.Warnings)
	}
}

// WantErrorOmits fails the test when an error says this.
func (d Diagnostics) WantErrorOmits(t testing.TB, text string) {
	t.Helper()
	if d.Err() != nil && strings.Contains(d.Err().Error(), text) {
		t.Errorf("the error says %q:\n%v", text, d.Err())
	}
}

func (d *Diagnostics) add(diagnostics []*tfprotov6.Diagnostic) {
	for _, diagnostic := range diagnostics {
		text := diagnostic.Summary + "\n" + diagnostic.Detail
		if diagnostic.Attribute != nil {
			text = diagnostic.Attribute.String() + ": " + text
		}
		if diagnostic.Severity == tfprotov6.DiagnosticSeverityError {
			d.Errors = append(d.Errors, text)
		} else {
			d.Warnings = append(d.Warnings, text)
		}
	}
}

// and appends the diagnostics of the next call.
func (d Diagnostics) and(next Diagnostics) Diagnostics {
	return Diagnostics{Errors: slices.Concat(d.Errors, next.Errors), Warnings: slices.Concat(d.Warnings, next.Warnings)}
}

func (d *Diagnostics) fail(format string, arguments ...any) {
	d.Errors = append(d.Errors, fmt.Sprintf(format, arguments...))
}
