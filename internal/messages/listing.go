package messages

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// Listing warns about what a search found in one workspace: that its computes cannot be
// listed, incomplete computes, and Batch accounts that several computes share.
func Listing(found azureml.Listing) diag.Diagnostics {
	var warnings Warnings
	if found.Err != nil {
		warnings.Add(diag.Diagnostics{notListed(found)})
	}
	for _, compute := range found.Odd {
		warnings.Add(diag.Diagnostics{incomplete(compute)})
	}
	for _, shared := range found.Shared {
		warnings.Add(SharedAccount(shared))
	}
	return warnings.Diagnostics()
}

func notListed(found azureml.Listing) diag.Diagnostic {
	name := found.WorkspaceID[strings.LastIndex(found.WorkspaceID, "/")+1:]
	return diag.NewWarningDiagnostic(fmt.Sprintf("Workspace %q is left out", name),
		fmt.Sprintf("The Batch computes of %s cannot be listed, so they are missing in the result. "+
			"Where for_each is made from it, Terraform would plan to detach those that are in the state already.\n\n%s", found.WorkspaceID, Sentence(found.Err)))
}

// incomplete warns of a compute that Azure lists without its name or its Batch account.
func incomplete(compute *azureml.BatchCompute) diag.Diagnostic {
	return diag.NewWarningDiagnostic("A Batch compute is left out",
		fmt.Sprintf("Azure lists %s, but %s. Check it in Azure, and detach it there or import it if it should not stay.", compute.ID, compute.Odd()))
}
