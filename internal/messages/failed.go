package messages

import (
	"cmp"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// Failed warns about a compute whose attach failed or was canceled. It returns nothing for any
// other compute.
func Failed(compute *azureml.BatchCompute) diag.Diagnostics {
	if !compute.Failed() {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(
		fmt.Sprintf("Batch compute %q is in state %s", compute.WorkspaceID().Name+"/"+compute.Name, compute.ProvisioningState),
		fmt.Sprintf("The attach of %s did not succeed, so pipelines cannot use it. It holds its name until it is detached.\n\n%s\n\n"+
			"Once the cause is fixed, apply with -replace and the address of its resource: the Batch account is detached and attached again. "+
			"If no resource has the compute, import it first.", compute.ID, cmp.Or(compute.Reasons(), "Azure does not say why.")))}
}
