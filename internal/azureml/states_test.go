package azureml

import (
	"fmt"
	"testing"
)

// The words for states vary between services, and in letter case.
func TestStates(t *testing.T) {
	type meaning struct{ deleting, done, succeeded, failed bool }
	for state, want := range map[string]meaning{
		"Succeeded": {done: true, succeeded: true}, "SUCCEEDED": {done: true, succeeded: true},
		"Failed": {done: true, failed: true}, "Canceled": {done: true, failed: true}, "cancelled": {done: true, failed: true},
		"Deleting": {deleting: true}, "detaching": {deleting: true},
		"Creating": {}, "Pondering": {}, "": {},
	} {
		b := &BatchCompute{ProvisioningState: state}
		if got := (meaning{b.Deleting(), b.Done(), b.Succeeded(), b.Failed()}); got != want || IsDeleting(state) != want.deleting {
			t.Errorf("%s means %+v, want %+v", state, got, want)
		}
	}
	for _, state := range []string{
		"Accepted", "Attaching", "Creating", "InProgress", "NotStarted", "Pending", "Provisioning", "Queued", "Running", "Started", "Updating",
	} {
		if got := phaseOf(state); got != inProgress {
			t.Errorf("%s is %s, want in progress", state, fmt.Sprint(got))
		}
	}
}
