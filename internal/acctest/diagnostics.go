package acctest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

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

// and are these diagnostics, and then those of the next call.
func (d Diagnostics) and(next Diagnostics) Diagnostics {
	return Diagnostics{Errors: slices.Concat(d.Errors, next.Errors), Warnings: slices.Concat(d.Warnings, next.Warnings)}
}

func (d *Diagnostics) fail(format string, arguments ...any) {
	d.Errors = append(d.Errors, fmt.Sprintf(format, arguments...))
}
