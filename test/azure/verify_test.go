package main

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/test/azure/report"
)

// defaultSubject returns the emulator's default workspace and account.
func defaultSubject(t *testing.T) subject {
	t.Helper()
	what, err := newSubject(emulator.DefaultWorkspaceID, emulator.DefaultBatchAccountID)
	if err != nil {
		t.Fatal(err)
	}
	what.risky, what.longest = true, time.Hour
	return what
}

// slow returns an emulator whose operations take as long as the recorded ones.
func slow(t *testing.T, options ...emulator.Option) *emulator.Emulator {
	t.Helper()
	return acctest.NewEmulator(t, append(options, emulator.WithOperationDuration(29*time.Second, 31*time.Second))...)
}

// TestTheEmulatorConfirmsItself: an emulator in place of Azure confirms every guess that a
// run can observe, and refutes none.
func TestTheEmulatorConfirmsItself(t *testing.T) {
	failure := map[string]any{"code": "InternalServerError", "message": "An internal server error occurred"}
	confirmed := map[string]bool{}
	for name, run := range map[string]struct {
		options []emulator.Option
		prepare func(*emulator.Emulator)
		within  time.Duration
	}{
		"all goes well": {prepare: func(*emulator.Emulator) {}, within: time.Hour},
		"the attach fails": {within: time.Hour, prepare: func(e *emulator.Emulator) {
			e.FailNext(emulator.Attach, emulator.Failure{Error: failure, ProvisioningErrors: []any{map[string]any{"error": failure}}})
		}},
		"Azure refuses the attach": {
			// The account does not exist, and the credentials have no permission to read it.
			options: []emulator.Option{emulator.WithBatchAccount(emulator.DefaultBatchAccountID+"other", emulator.DefaultLocation)},
			prepare: func(e *emulator.Emulator) {
				e.Inject(emulator.Fault{Path: "/batchAccounts/", Status: http.StatusForbidden, Times: -1})
			},
			within: time.Hour,
		},
		"it is interrupted while attaching": {prepare: func(*emulator.Emulator) {}, within: 5 * time.Second},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := slow(t, run.options...)
			run.prepare(e)
			ctx, cancel := context.WithTimeout(t.Context(), run.within)
			defer cancel()
			done, err := verify(ctx, t.Context(), emulated(e), defaultSubject(t), t.Logf)
			if done.report == "" {
				t.Fatal("no report: ", err)
			}
			for _, v := range done.verdicts {
				if v.Verdict == report.Refuted {
					t.Errorf("%s is refuted: %s; the emulator: %s", v.ID, v.Seen, v.Does)
				}
				confirmed[v.ID] = confirmed[v.ID] || v.Verdict == report.Confirmed
			}
			if left := e.Computes(); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
	for _, id := range report.Checked() {
		if !confirmed[id] {
			t.Errorf("%s is not confirmed", id)
		}
	}
}

// TestEachGuessIsCheckedOrNeverObserved: each guess is either checked or listed as never
// observed.
func TestEachGuessIsCheckedOrNeverObserved(t *testing.T) {
	var listed []string
	for _, guess := range emulator.Guesses() {
		listed = append(listed, guess.ID)
		if never := guess.Heading == "Never observed"; never == slices.Contains(report.Checked(), guess.ID) {
			t.Errorf("%s is below %q, and checked: %v", guess.ID, guess.Heading, !never)
		}
	}
	for _, id := range report.Checked() {
		if !slices.Contains(listed, id) {
			t.Errorf("%s is checked, but is not in GUESSES.md", id)
		}
	}
}

// refuted returns the guesses that a report refutes, with what was seen.
func refuted(done *result) map[string]string {
	all := map[string]string{}
	for _, v := range done.verdicts {
		if v.Verdict == report.Refuted {
			all[v.ID] = v.Seen
		}
	}
	return all
}
