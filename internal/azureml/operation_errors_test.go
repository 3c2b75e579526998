package azureml

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A failed operation says how it ended, why, and what Azure's support asks for.
func TestProvisioningError(t *testing.T) {
	for name, test := range map[string]struct {
		err  ProvisioningError
		want string
	}{
		"no reason": {
			ProvisioningError{Operation: "attach", State: "Canceled"},
			"Azure accepted the attach and then ended it as Canceled.\nIt gives no reason.",
		},
		"a reason": {
			ProvisioningError{Operation: "attach", State: "Failed", Errors: []ErrorInfo{{Code: "A"}}, RequestID: "1", CorrelationID: "2"},
			"Azure accepted the attach and then ended it as Failed.\nA\n\nRequest id: 1\nCorrelation id: 2",
		},
		"still there": {
			ProvisioningError{Operation: "detach", State: "Succeeded", StillThere: true},
			"Azure accepted the detach, but the compute is still there, in state Succeeded.\nIt gives no reason.",
		},
	} {
		if got := test.err.Error(); got != test.want {
			t.Errorf("%s: it says\n%s\nwant\n%s", name, got, test.want)
		}
	}
}

// The compute's errors follow the operation's, without those that both have.
func TestProvisioningErrorAdd(t *testing.T) {
	err := ProvisioningError{Errors: []ErrorInfo{{Code: "A"}, {Code: "B"}}}
	err.add(nil)
	err.add(&BatchCompute{ProvisioningErrors: []ErrorInfo{{Code: "B"}, {Code: "C"}}})
	if diff := cmp.Diff([]ErrorInfo{{Code: "A"}, {Code: "B"}, {Code: "C"}}, err.Errors); diff != "" {
		t.Errorf("the errors differ (-want +got):\n%s", diff)
	}
}

func TestOtherAccountError(t *testing.T) {
	err := &OtherAccountError{ID: "/c", Wanted: "/own", BatchAccountID: "/other"}
	if want := "Azure accepted the attach, but compute /c has another Batch account:\n  it has  /other\n  wanted  /own"; err.Error() != want {
		t.Errorf("it says %q, want %q", err, want)
	}
}
