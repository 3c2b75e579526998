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

// nameTaken describes the compute that has the name, and each way from there to an attachment
// of the wanted account, which may be unknown.
func nameTaken(exists *azureml.ExistsError, wanted types.String) string {
	what, existing := exists.Error(), exists.Found.Batch
	if existing == nil {
		return what + "\n\nIt is not a Batch compute, so it can be neither imported nor adopted here. Choose another name."
	}
	if reasons := existing.Reasons(); reasons != "" {
		what += "\n" + reasons
	}
	replaceIt := " To replace it, import it, and apply with -replace, which detaches it and attaches it again:\n\n" + importBlock(existing.ID)
	if existing.Failed() {
		return what + "\n\nIts attach failed, and it holds the name until it is detached." + replaceIt
	}
	if existing.ClusterResourceID == "" {
		return what + "\n\nAzure does not return its Batch account, so it cannot be adopted." + replaceIt
	}
	if !wanted.IsUnknown() && !azureml.EqualIDs(existing.ClusterResourceID, wanted.ValueString()) {
		return what + "\n\nIt has another Batch account than the configured one. Choose another name; or import it, and the next apply replaces it:\n\n" + importBlock(existing.ID)
	}
	if !existing.Done() {
		return what + "\n\nAn operation is changing it. To wait for the operation and then adopt the compute, set adopt_existing = true; or import it once the operation has ended:\n\n" +
			importBlock(existing.ID)
	}
	return what + "\n\nIf another resource of this configuration manages it and was renamed, name both addresses in a moved block, and nothing is detached:\n\n" + movedBlock +
		"\n\nOtherwise import it:\n\n" + importBlock(existing.ID) +
		"\n\nOr set adopt_existing = true to take it over as it is, if no other resource manages it."
}

const movedBlock = "moved {\n  from = azureml_batch_compute.OLD # the address that the state has\n  to   = azureml_batch_compute.NEW # the address of this resource\n}"

// ownedByAnother explains why two resources of one run cannot have the same compute.
func ownedByAnother(owned *azureml.OwnedError) string {
	return owned.Error() + "\n\nA compute belongs to one resource: destroying either would detach it for both. Give each resource a name of its own, or remove one of them. " +
		"If this resource was renamed, name both addresses in a moved block instead:\n\n" + movedBlock
}

// attachedTwice explains how to avoid attaching a Batch account twice to one workspace.
func attachedTwice(second *azureml.SecondAttachmentError) string {
	use := fmt.Sprintf("Use compute %q, or detach it first, or attach another Batch account.", azureml.NameOf(second.ByID))
	if second.Failed {
		use = fmt.Sprintf("The attach of compute %q failed: detach it first, or attach another Batch account.", azureml.NameOf(second.ByID))
	}
	return second.Error() + "\n\n" + use
}

// ifReplaced explains how to avoid an error about a compute that may be the one that this
// resource replaces. It is empty for any other error.
func ifReplaced(err error) string {
	exists, taken := errors.AsType[*azureml.ExistsError](err)
	second, twice := errors.AsType[*azureml.SecondAttachmentError](err)
	_, notAdopted := errors.AsType[*cannotAdoptError](err)
	if taken && exists.Found.Batch != nil || twice && !second.SameRun || notAdopted {
		return "\n\nIf that compute is the one that this resource replaces, remove create_before_destroy from this resource, and from those that refer to it: Terraform passes it on."
	}
	return ""
}

// managedByAnother warns about a compute that a destroy leaves in Azure.
func managedByAnother(state model) diag.Diagnostic {
	return diag.NewWarningDiagnostic(fmt.Sprintf("Compute %q was not detached", state.Name.ValueString()),
		"In this run, another resource, or the replacement of this one, has attached or adopted "+state.ID.ValueString()+" and manages it now. "+
			"So the compute stays in Azure, and is only removed from the state at this address.\n\n"+
			"To have a compute detached and attached again, remove create_before_destroy from its resource, and from those that refer to it: Terraform passes it on. "+
			"To rename a resource, name both addresses in a moved block:\n\n"+movedBlock)
}

// managedByTwo warns about a compute that two objects of the state have.
func managedByTwo(state model) diag.Diagnostic {
	return diag.NewWarningDiagnostic(fmt.Sprintf("Two resources manage compute %q", state.Name.ValueString()),
		"The state has "+state.ID.ValueString()+" twice: in two resources, or in a resource and its deposed object, which an interrupted replacement with create_before_destroy leaves behind. "+
			"Destroying either detaches the compute for both.\n\n"+
			"If a resource was renamed, name both addresses in a moved block, and do not import the compute. "+
			"Otherwise remove one of the two resources from the state without destroying it: replace its resource block by a removed block (Terraform 1.7 or later), or run terraform state rm ADDRESS:\n\n"+
			"removed {\n  from = azureml_batch_compute.OTHER\n  lifecycle {\n    destroy = false\n  }\n}\n\n"+
			"A deposed object is removed from the state together with its resource: run terraform state rm ADDRESS, and then import the compute at that address again:\n\n"+
			importBlock(state.ID.ValueString()))
}

// moreTime explains how to extend the timeout if the error is that it ran out.
func moreTime(err error, timeout string) string {
	if !errors.Is(err, context.DeadlineExceeded) {
		return ""
	}
	more := fmt.Sprintf(" To extend the timeout, set for example timeouts { %s = \"2h\" }.", timeout)
	if timeout == "delete" {
		more += " It takes effect once it has been applied."
	}
	return more
}

func importBlock(id string) string {
	return fmt.Sprintf("import {\n  to = azureml_batch_compute.NAME # the address of this resource\n  id = %q\n}", id)
}

// notInAzure warns about configured settings that Azure does not have. The attachment stays,
// and cannot be changed, so they never reach Azure.
func notInAzure(state, config model) diag.Diagnostics {
	var names []string
	if set(config.Description) && !set(state.Description) {
		names = append(names, "description")
	}
	for _, key := range lacking(folded(attributes.Strings(state.Tags)), folded(attributes.Strings(config.Tags))) {
		names = append(names, fmt.Sprintf("tags[%q]", key))
	}
	if len(names) == 0 {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(fmt.Sprintf("Settings of compute %q do not reach Azure", state.Name.ValueString()),
		"The compute was attached without these, and Azure cannot change an attachment, so only the state gets them:\n  - "+strings.Join(names, "\n  - ")+
			"\n\nTo attach it again with them, apply with -replace and this resource's address. Running pipelines lose the compute in the meantime.")}
}

// notInAzureAfterAdopting does the same for a compute that is adopted.
func notInAzureAfterAdopting(compute *azureml.BatchCompute, config model) diag.Diagnostics {
	var adopted model
	adopted.refreshConfigured(compute, memory{})
	return notInAzure(adopted, config)
}
