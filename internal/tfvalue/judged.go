package tfvalue

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// Judged are the warnings about what a search finds in a workspace: that it cannot be
// listed, computes that Azure tells only half of, and Batch accounts that computes share.
func Judged(found azureml.Listing) (diags diag.Diagnostics) {
	if found.Err != nil {
		diags.Append(unread(found))
	}
	for _, compute := range found.Odd {
		diags.Append(LeftOut(compute)...)
	}
	for _, shared := range found.Shared {
		diags.Append(Shared(shared)...)
	}
	return diags
}

func unread(found azureml.Listing) diag.Diagnostic {
	name := found.WorkspaceID[strings.LastIndex(found.WorkspaceID, "/")+1:]
	return diag.NewWarningDiagnostic(fmt.Sprintf("Workspace %q is left out", name),
		fmt.Sprintf("The Batch computes of %s cannot be listed, so they are missing in the result. "+
			"Where for_each is made from it, Terraform would plan to detach those that are in the state already.\n\n%s", found.WorkspaceID, Sentence(found.Err)))
}

// Failed warns of a compute whose attach did not succeed. The diagnostics are empty for
// any other one.
func Failed(compute *azureml.BatchCompute) diag.Diagnostics {
	if !compute.Failed() {
		return nil
	}
	why := "Azure does not say why."
	if len(compute.ProvisioningErrors) > 0 {
		words := make([]string, len(compute.ProvisioningErrors))
		for i, info := range compute.ProvisioningErrors {
			words[i] = info.String()
		}
		why = strings.Join(words, "\n")
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(
		fmt.Sprintf("Batch compute %q is %s", compute.WorkspaceID().Name+"/"+compute.Name, compute.ProvisioningState),
		fmt.Sprintf("The attach of %s did not succeed, so pipelines cannot use it. It holds its name until it is detached.\n\n%s\n\n"+
			"When the cause is removed, attach it again: import it, and apply with -replace and the address of its resource.", compute.ID, why))}
}

// Shared warns of a Batch account that several computes of a workspace have. The
// diagnostics are empty when there is none.
func Shared(shared *azureml.SharedAccount) diag.Diagnostics {
	if shared == nil {
		return nil
	}
	names, lines := make([]string, len(shared.Computes)), make([]string, len(shared.Computes))
	broken := shared.Broken()
	for i, compute := range shared.Computes {
		names[i] = fmt.Sprintf("%q", compute.Name)
		lines[i] = "  - " + compute.ID
		if !compute.CreatedOn.IsZero() {
			lines[i] += ", attached " + Time(compute.CreatedOn).ValueString()
		}
		if slices.Contains(broken, compute) {
			lines[i] += ": broken"
		}
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
