package messages

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// maxNamed is the maximum number of computes that a warning names.
const maxNamed = 20

// SharedAccount warns about a Batch account that several computes of a workspace have. It
// returns nothing for nil.
func SharedAccount(shared *azureml.SharedAccount) diag.Diagnostics {
	if shared == nil {
		return nil
	}
	// The last computes matter most, so of very many the earlier ones are left out.
	leftOut := max(len(shared.Computes)-maxNamed, 0)
	computes, broken := shared.Computes[leftOut:], shared.Broken()
	broken = broken[min(leftOut, len(broken)):]
	names, lines := make([]string, len(computes)), make([]string, len(computes))
	for i, compute := range computes {
		names[i] = fmt.Sprintf("%q", compute.Name)
		lines[i] = "  - " + compute.ID
		if !compute.CreatedOn.IsZero() {
			lines[i] += ", attached " + compute.CreatedOn.Format(time.RFC3339Nano)
		}
		if i < len(broken) {
			lines[i] += ": broken"
		}
	}
	if leftOut > 0 {
		lines = append(lines, fmt.Sprintf("  and %d that were attached before these", leftOut))
	}
	workspace, last := shared.Computes[0].WorkspaceID().Name, names[len(names)-1]
	verdict := "Each new attachment of a Batch account breaks the earlier ones. Only the last one works, and Azure does not say which of these it is."
	advice := "Detach all of them except the last."
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
