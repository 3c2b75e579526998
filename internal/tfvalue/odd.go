package tfvalue

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// LeftOut warns of a compute that a list leaves out because Azure tells only half of it.
// The diagnostics are empty for a whole one.
func LeftOut(compute *azureml.BatchCompute) diag.Diagnostics {
	why := compute.Odd()
	if why == "" {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic("A Batch compute is left out",
		fmt.Sprintf("Azure lists %s, but %s. Look at it in Azure, and detach it there or import it if it should not stay.", compute.ID, why))}
}
