package batchcompute

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/attributes"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// inTheWay says what holds the name, and each way on from there to an attachment of the
// wanted account, which may not be known yet.
func inTheWay(exists *azureml.ExistsError, wanted types.String) string {
	there, existing := exists.Error(), exists.Found.Batch
	if existing == nil {
		return there + "\n\nIt is not a Batch compute, so it can be neither imported nor adopted here. Choose another name."
	}
	if reasons := existing.Reasons(); reasons != "" {
		there += "\n" + reasons
	}
	outOfTheWay := " To get it out of the way, import it, and let an apply with -replace detach and attach it again:\n\n" + importBlock(existing.ID)
	if existing.Failed() {
		return there + "\n\nIts attach failed, and it holds the name until it is detached." + outOfTheWay
	}
	if existing.ClusterResourceID == "" {
		return there + "\n\nAzure does not say which Batch account it has, so it cannot be adopted." + outOfTheWay
	}
	if !wanted.IsUnknown() && !azureml.EqualIDs(existing.ClusterResourceID, wanted.ValueString()) {
		return there + "\n\nIt is another Batch account than the configured one. Choose another name; or import it, and the next apply replaces it:\n\n" + importBlock(existing.ID)
	}
	if !existing.Done() {
		return there + "\n\nAn operation is changing it. To wait for its end and bring it under this resource then, set adopt_existing = true; or import it when it has ended:\n\n" +
			importBlock(existing.ID)
	}
	return there + "\n\nIf it is another resource's of this configuration that was renamed, name both addresses in a moved block, and nothing is detached:\n\n" + movedBlock +
		"\n\nOtherwise import it:\n\n" + importBlock(existing.ID) +
		"\n\nOr set adopt_existing = true to take it over as it is, if no other resource holds it."
}

const movedBlock = "moved {\n  from = azureml_batch_compute.OLD # the address that the state has\n  to   = azureml_batch_compute.NEW # the address of this resource\n}"

// ownedByAnother says why two resources of one run cannot have one compute.
func ownedByAnother(owned *azureml.OwnedError) string {
	return owned.Error() + "\n\nA compute belongs to one resource: destroying either would detach it for both. Give each resource a name of its own, or remove one of them. " +
		"If this is a resource that was renamed, name both addresses in a moved block instead:\n\n" + movedBlock
}

// attachedTwice says how to attach no Batch account twice to one workspace.
func attachedTwice(second *azureml.SecondAttachmentError) string {
	return second.Error() + fmt.Sprintf("\n\nUse compute %q, or detach it first, or attach another Batch account.", second.ByName())
}

// heldByAnother warns of a compute that a destroy leaves in Azure.
func heldByAnother(state model) diag.Diagnostic {
	return diag.NewWarningDiagnostic(fmt.Sprintf("Compute %q was not detached", state.Name.ValueString()),
		"In this run, another resource, or the replacement of this one, has attached or adopted "+state.ID.ValueString()+" and holds it now. "+
			"So the compute is left in Azure, and only leaves the state at this address.\n\n"+
			"To rename a resource, name both addresses in a moved block. To have a compute detached and attached again, do not set create_before_destroy:\n\n"+movedBlock)
}

// heldByTwo warns of a compute that two objects of the state hold.
func heldByTwo(state model) diag.Diagnostic {
	return diag.NewWarningDiagnostic(fmt.Sprintf("Two resources hold compute %q", state.Name.ValueString()),
		"The state has "+state.ID.ValueString()+" twice: in two resources, or in a resource and its deposed object, which an interrupted replacement with create_before_destroy leaves behind. "+
			"Destroying either detaches the compute for both.\n\n"+
			"Make Terraform forget one of two resources without destroying it, by a removed block in place of its resource block (Terraform 1.7 or later), or by terraform state rm ADDRESS:\n\n"+
			"removed {\n  from = azureml_batch_compute.OTHER\n  lifecycle {\n    destroy = false\n  }\n}\n\n"+
			"A deposed object is forgotten together with its resource: run terraform state rm ADDRESS, and then import the compute at that address again:\n\n"+
			importBlock(state.ID.ValueString()))
}

// moreTime says how to give an operation more time, where that is what it lacked.
func moreTime(err error, timeout string) string {
	if !errors.Is(err, context.DeadlineExceeded) {
		return ""
	}
	more := fmt.Sprintf(" To give it more time, set timeouts { %s = \"2h\" }, for instance.", timeout)
	if timeout == "delete" {
		more += " It counts once it has been applied."
	}
	return more
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
	return fmt.Sprintf("Compute %s is there and has the same Batch account, but it cannot be adopted as it is, because the configuration has other values than Azure for:\n  - %s\n\n"+
		"Azure cannot change an attachment. Leave these out of the configuration to adopt it as it is, or detach the compute first.",
		e.existing.ID, strings.Join(e.differences, "\n  - "))
}

// stays warns of configured settings that Azure does not have and that cannot get there:
// the attachment stays as it is.
func stays(state, config model, memory memory) diag.Diagnostics {
	var names []string
	if memory.Description == imported && set(config.Description) && !set(state.Description) {
		names = append(names, "description")
	}
	if memory.Tags == imported {
		for _, key := range lacking(folded(attributes.Strings(state.Tags)), folded(attributes.Strings(config.Tags))) {
			names = append(names, fmt.Sprintf("tags[%q]", key))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(fmt.Sprintf("Settings of compute %q do not reach Azure", state.Name.ValueString()),
		"The compute was attached without these, and Azure cannot change an attachment, so only the state gets them:\n  - "+strings.Join(names, "\n  - ")+
			"\n\nTo attach it again with them, apply with -replace and this resource's address. Running pipelines lose the compute meanwhile.")}
}

// staysAdopted warns of the same for a compute that is adopted.
func staysAdopted(compute *azureml.BatchCompute, config model) diag.Diagnostics {
	var adopted model
	imported := memory{Tags: imported, Description: imported}
	adopted.refreshConfigured(compute, imported)
	return stays(adopted, config, imported)
}
