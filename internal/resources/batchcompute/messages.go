package batchcompute

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// inTheWay says what holds the name, and each way on from there to an attachment of the
// wanted account, which may not be known yet.
func inTheWay(exists *azureml.ExistsError, wanted types.String) string {
	there := exists.Error()
	if exists.BatchAccountID == "" {
		return there + "\n\nIt is not a Batch compute, so it can be neither imported nor adopted here. Choose another name."
	}
	if reasons := exists.Reasons(); reasons != "" {
		there += "\n" + reasons
	}
	if exists.Failed {
		return there + "\n\nIts attach failed, and it holds the name until it is detached. To get it out of the way, import it, and let an apply with -replace " +
			"detach and attach it again:\n\n" + importBlock(exists.ID)
	}
	if !wanted.IsUnknown() && !azureml.EqualIDs(exists.BatchAccountID, wanted.ValueString()) {
		return there + "\n\nIt is another Batch account than the configured one. Choose another name; or import it, and the next apply replaces it:\n\n" + importBlock(exists.ID)
	}
	if !exists.Final {
		return there + "\n\nAn operation is changing it. To wait for its end and bring it under this resource then, set adopt_existing = true; or import it when it has ended:\n\n" +
			importBlock(exists.ID)
	}
	return there + "\n\nTo bring it under this resource as it is, set adopt_existing = true, or import it:\n\n" + importBlock(exists.ID)
}

// moreTime says how to give an operation more time, where that is what it lacked.
func moreTime(err error, timeout string) string {
	if !errors.Is(err, context.DeadlineExceeded) {
		return ""
	}
	return fmt.Sprintf(" To give it more time, set timeouts { %s = \"2h\" }, for instance.", timeout)
}

func importBlock(id string) string {
	return fmt.Sprintf("import {\n  to = azureml_batch_compute.NAME # the address of this resource\n  id = %q\n}", id)
}

// otherAccountError refuses to adopt a compute of another Batch account.
type otherAccountError struct {
	existing *azureml.BatchCompute
	wanted   string
}

func (e *otherAccountError) Error() string {
	return fmt.Sprintf("There is a Batch compute of that name already, but of another Batch account, so it cannot be adopted:\n"+
		"  it has  %s\n  wanted  %s\n\nChoose another name, or give the account that it has.", e.existing.ClusterResourceID, e.wanted)
}

// differsError refuses to adopt a compute that the configuration would have to change.
type differsError struct {
	existing    *azureml.BatchCompute
	differences []string
}

func (e *differsError) Error() string {
	return fmt.Sprintf("Compute %s is there and has the same Batch account, but it cannot be adopted as it is, because the configuration asks for something else:\n  - %s\n\n"+
		"Azure cannot change an attachment. Leave these out of the configuration to adopt it as it is, or detach the compute first.",
		e.existing.ID, strings.Join(e.differences, "\n  - "))
}
