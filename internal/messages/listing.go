package messages

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// Listing warns about what a search found in one workspace: that its computes cannot be
// listed, incomplete computes, and Batch accounts that several computes share.
func Listing(found azureml.Listing) diag.Diagnostics {
	var warnings Warnings
	if found.Err != nil {
		warnings.Add(notListed(found))
	}
	for _, compute := range found.Incomplete {
		warnings.Add(incomplete(compute))
	}
	for _, shared := range found.Shared {
		warnings.Add(SharedAccount(shared)...)
	}
	return warnings.Diagnostics()
}

func notListed(found azureml.Listing) diag.Diagnostic {
	return diag.NewWarningDiagnostic(fmt.Sprintf("Workspace %q is left out", azureml.NameOf(found.WorkspaceID)),
		fmt.Sprintf("The Batch computes of %s cannot be listed, so they are missing from the result. "+
			"If a for_each uses it, Terraform would plan to detach those that are already in the state.\n\n%s", found.WorkspaceID, Detail(found.Err)))
}

// incomplete warns about a compute that Azure lists without its name or its Batch account.
func incomplete(compute *azureml.BatchCompute) diag.Diagnostic {
	return diag.NewWarningDiagnostic("A Batch compute is left out",
		fmt.Sprintf("Azure lists %s, but %s. Check it in Azure. If it should not stay, detach it there, or import and destroy it.", compute.ID, compute.Lacks()))
}
