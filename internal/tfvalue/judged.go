package tfvalue

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/messages"
)

// Judged are the warnings about what a search finds in a workspace: that it cannot be
// listed, computes that Azure tells only half of, and Batch accounts that computes share.
func Judged(found azureml.Listing) diag.Diagnostics {
	var warnings Warnings
	if found.Err != nil {
		warnings.Add(diag.Diagnostics{unread(found)})
	}
	for _, compute := range found.Odd {
		warnings.Add(LeftOut(compute))
	}
	for _, shared := range found.Shared {
		warnings.Add(Shared(shared))
	}
	return warnings.Diagnostics()
}

// Warnings are those of a list. The first hundred are given and the rest counted: a
// service may give reason for as many as it lists computes.
type Warnings struct {
	first diag.Diagnostics
	more  int
}

const maxWarnings = 100

// Add adds warnings.
func (w *Warnings) Add(diags diag.Diagnostics) {
	if len(w.first) >= maxWarnings {
		w.more += len(diags)
		return
	}
	w.first.Append(diags...)
}

// Diagnostics are the warnings, with the number of those that are left out.
func (w *Warnings) Diagnostics() diag.Diagnostics {
	if w.more == 0 {
		return w.first
	}
	return append(w.first, diag.NewWarningDiagnostic("More warnings are left out", fmt.Sprintf("%d more warnings are not shown.", w.more)))
}

func unread(found azureml.Listing) diag.Diagnostic {
	name := found.WorkspaceID[strings.LastIndex(found.WorkspaceID, "/")+1:]
	return diag.NewWarningDiagnostic(fmt.Sprintf("Workspace %q is left out", name),
		fmt.Sprintf("The Batch computes of %s cannot be listed, so they are missing in the result. "+
			"Where for_each is made from it, Terraform would plan to detach those that are in the state already.\n\n%s", found.WorkspaceID, messages.Sentence(found.Err)))
}

// Failed warns of a compute whose attach did not succeed. The diagnostics are empty for
// any other one.
func Failed(compute *azureml.BatchCompute) diag.Diagnostics {
	if !compute.Failed() {
		return nil
	}
	why := cmp.Or(compute.Reasons(), "Azure does not say why.")
	return diag.Diagnostics{diag.NewWarningDiagnostic(
		fmt.Sprintf("Batch compute %q is %s", compute.WorkspaceID().Name+"/"+compute.Name, compute.ProvisioningState),
		fmt.Sprintf("The attach of %s did not succeed, so pipelines cannot use it. It holds its name until it is detached.\n\n%s\n\n"+
			"When the cause is removed, attach it again: import it, and apply with -replace and the address of its resource.", compute.ID, why))}
}

// maxNamed is how many computes of one account a warning names.
const maxNamed = 20

// Shared warns of a Batch account that several computes of a workspace have. The
// diagnostics are empty when there is none.
func Shared(shared *azureml.SharedAccount) diag.Diagnostics {
	if shared == nil {
		return nil
	}
	// The last ones count; of very many, the earlier ones are left out.
	leftOut := max(len(shared.Computes)-maxNamed, 0)
	computes, broken := shared.Computes[leftOut:], shared.Broken()
	broken = broken[min(leftOut, len(broken)):]
	names, lines := make([]string, len(computes)), make([]string, len(computes))
	for i, compute := range computes {
		names[i] = fmt.Sprintf("%q", compute.Name)
		lines[i] = "  - " + compute.ID
		if !compute.CreatedOn.IsZero() {
			lines[i] += ", attached " + Time(compute.CreatedOn).ValueString()
		}
		if i < len(broken) {
			lines[i] += ": broken"
		}
	}
	if leftOut > 0 {
		lines = append(lines, fmt.Sprintf("  and %d that were attached before these", leftOut))
	}
	workspace, last := shared.Computes[0].WorkspaceID().Name, names[len(names)-1]
	verdict := "Each new attachment of a Batch account breaks the earlier ones. Azure does not say which of these was the last, which alone works."
	advice := "Detach all of them but the last."
	if len(broken) > 0 {
		verdict = fmt.Sprintf("Each new attachment of a Batch account breaks the earlier ones: %s broken by %s.", isOrAre(names[:len(broken)]), last)
		advice = fmt.Sprintf("Let pipelines use %s, and detach the rest. To keep another name, detach all of them and attach the account again under that name.", last)
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(
		fmt.Sprintf("Batch account attached more than once to workspace %q, as %s", workspace, strings.Join(names, ", ")),
		fmt.Sprintf("These computes have the Batch account %s:\n%s\n\n%s %s", shared.Computes[0].ClusterResourceID, strings.Join(lines, "\n"), verdict, advice))}
}

func isOrAre(names []string) string {
	if len(names) == 1 {
		return names[0] + " is"
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1] + " are"
}
