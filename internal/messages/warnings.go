package messages

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Warnings are the warnings of a list. The first hundred are shown and the rest counted,
// because a list may have one for each of its computes.
type Warnings struct {
	first diag.Diagnostics
	more  int
}

const maxWarnings = 100

// Add adds warnings.
func (w *Warnings) Add(diags ...diag.Diagnostic) {
	if len(w.first) >= maxWarnings {
		w.more += len(diags)
		return
	}
	w.first.Append(diags...)
}

// Diagnostics returns the warnings, and one more with the number of those left out.
func (w *Warnings) Diagnostics() diag.Diagnostics {
	if w.more == 0 {
		return w.first
	}
	return append(w.first, diag.NewWarningDiagnostic("More warnings are left out", fmt.Sprintf("%d more warnings are not shown.", w.more)))
}
