package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/test/azure/steps"
)

const othersAccount = emulator.DefaultBatchAccountID + "others"

// inhabited returns an emulator whose workspace has computes of others.
func inhabited(t *testing.T, options ...emulator.Option) *emulator.Emulator {
	t.Helper()
	e := slow(t, options...)
	e.AddBatchAccount(othersAccount, emulator.DefaultLocation)
	e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "others", ResourceID: othersAccount})
	e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "cluster", ComputeType: "AmlCompute"})
	return e
}

// checkUntouched fails the test unless the computes of others are unchanged, without a
// write to them, and none of the run's own is left.
func checkUntouched(t *testing.T, e *emulator.Emulator, what subject) {
	t.Helper()
	var names []string
	for _, compute := range e.Computes() {
		names = append(names, compute.Name)
	}
	if diff := cmp.Diff([]string{"others", "cluster"}, names); diff != "" {
		t.Errorf("the workspace's computes (-want +got):\n%s", diff)
	}
	for _, write := range writes(e) {
		if own := strings.HasSuffix(write.Path, what.names[0]) || strings.HasSuffix(write.Path, what.names[1]); !own {
			t.Errorf("written to: %s %s", write.Method, write.Path)
		}
	}
}

func writes(e *emulator.Emulator) []emulator.Request {
	var all []emulator.Request
	for _, request := range e.ARMRequests() {
		if request.Method != http.MethodGet {
			all = append(all, request)
		}
	}
	return all
}

// TestNothingIsLeftBehindWheneverItIsInterrupted interrupts a run at many moments, so that
// each kind of request is interrupted before its reply at least once.
func TestNothingIsLeftBehindWheneverItIsInterrupted(t *testing.T) {
	for after := 50 * time.Millisecond; after < 131*time.Second; after += 700 * time.Millisecond {
		acctest.Run(t, fmt.Sprint(after), func(t *testing.T) {
			e := inhabited(t, emulator.WithLatency(300*time.Millisecond))
			what := defaultSubject(t)
			ctx, cancel := context.WithTimeout(t.Context(), after)
			defer cancel()
			run, began := emulated(e).run(ctx, what, t.Logf), time.Now()
			err := run.Do(ctx, t.Context())
			if whole := time.Since(began) < after; (err == nil) != whole || len(run.Left) > 0 {
				t.Errorf("left %v, error %v", run.Left, err)
			}
			checkUntouched(t, e, what)
		})
	}
}

// TestNothingIsLeftBehindWhateverGoesWrong makes Azure misbehave during the run.
func TestNothingIsLeftBehindWhateverGoesWrong(t *testing.T) {
	for name, faults := range map[string][]emulator.Fault{
		"the reply to the attach is lost":        {{Method: http.MethodPut, LoseReply: true, Times: -1}},
		"the attach never arrives":               {{Method: http.MethodPut, Drop: true, Times: -1}},
		"the attach fails with 500":              {{Method: http.MethodPut, LoseReply: true, Times: 2}, {Method: http.MethodPut, Status: 500, Times: -1}},
		"no status can be read":                  {{Path: "/computeOperationsStatus/", Status: 500, Times: 40}},
		"the compute cannot be read for a while": {{Method: http.MethodGet, Path: "/computes/verify", Nth: 3, Times: 12, Status: 403}},
		"the list fails after the attach":        {{Method: http.MethodGet, Path: "/computes$", Nth: 3, Times: -1, Status: 403}},
		"the detach is refused three times":      {{Method: http.MethodDelete, Status: 400, Times: 3}},
		"the reply to the detach is lost":        {{Method: http.MethodDelete, LoseReply: true}},
		"a proxy replies in place of Azure":      {{Method: http.MethodGet, Path: "/computes/verify", Nth: 4, Times: 5, Status: 404, Body: "<html>"}},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := inhabited(t)
			e.Inject(faults...)
			what := defaultSubject(t)
			done, err := verify(t.Context(), t.Context(), emulated(e), what, t.Logf)
			if len(done.left) > 0 {
				t.Errorf("left: %v, error %v", done.left, err)
			}
			checkUntouched(t, e, what)
		})
	}
}

// TestAnAttachThatAppearsLateIsFound: the reply to the attach is lost, and for half a
// minute no GET finds the compute.
func TestAnAttachThatAppearsLateIsFound(t *testing.T) {
	acctest.Run(t, "", func(t *testing.T) {
		e := inhabited(t, emulator.WithReplicationLag(30*time.Second))
		e.Inject(emulator.Fault{Method: http.MethodPut, LoseReply: true, Times: -1}, emulator.Fault{Method: http.MethodDelete, Drop: true, Times: 3})
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		what := defaultSubject(t)
		done, err := verify(ctx, t.Context(), emulated(e), what, t.Logf)
		if len(done.left) > 0 {
			t.Errorf("left: %v, error %v", done.left, err)
		}
		checkUntouched(t, e, what)
	})
}

// TestWhatCannotBeRemovedIsNamed: the run names what it leaves in Azure, also if a second
// signal ends the cleanup.
func TestWhatCannotBeRemovedIsNamed(t *testing.T) {
	for name, within := range map[string]time.Duration{"refused forever": time.Hour, "a second signal": 40 * time.Second} {
		acctest.Run(t, name, func(t *testing.T) {
			e := inhabited(t)
			e.Inject(emulator.Fault{Method: http.MethodDelete, Status: http.StatusForbidden, Times: -1})
			what := defaultSubject(t)
			what.risky = false
			cleanup, cancel := context.WithTimeout(t.Context(), within)
			defer cancel()
			done, err := verify(t.Context(), cleanup, emulated(e), what, t.Logf)
			want := []string{what.workspace.ComputeID(what.names[0])}
			if diff := cmp.Diff(want, done.left); diff != "" || err == nil {
				t.Errorf("left (-want +got):\n%s\nerror: %v", diff, err)
			}
			if _, there := e.Compute(want[0]); !there {
				t.Error("the compute is named as left, but is gone")
			}
			if strings.Contains(string(done.recording)+done.report, what.names[0]) {
				t.Error("the recording or the report contains its name")
			}
		})
	}
}

// TestThePrintedCommandRemovesTheCompute sends the request that the printed `az rest` sends.
func TestThePrintedCommandRemovesTheCompute(t *testing.T) {
	id := emulator.DefaultWorkspaceID + "/computes/verifyabcx"
	command := steps.Removal(id, azureml.DefaultAPIVersion)
	address, ok := strings.CutPrefix(command, "az rest --method delete --url '")
	if !ok {
		t.Fatalf("the command for removal is %q", command)
	}
	e := acctest.NewEmulator(t)
	e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "verifyabcx", ResourceID: emulator.DefaultBatchAccountID})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, e.URL()+strings.TrimSuffix(address, "'"), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+e.Token())
	response, err := e.HTTPClient().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if _, there := e.Compute(id); there || len(e.BatchAccounts()) != 1 {
		t.Errorf("status %d; there: %v; accounts: %v", response.StatusCode, there, e.BatchAccounts())
	}
}

// TestAPanicCleansUp: even a bug in the program leaves no compute behind.
func TestAPanicCleansUp(t *testing.T) {
	acctest.Run(t, "", func(t *testing.T) {
		e := inhabited(t)
		what := defaultSubject(t)
		func() {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			_, _ = verify(t.Context(), t.Context(), emulated(e), what, func(_ string, arguments ...any) {
				if len(arguments) > 0 && arguments[0] == steps.Read {
					panic("a bug")
				}
			})
		}()
		checkUntouched(t, e, what)
	})
}

// TestNothingIsWrittenWhereItWouldBreakSomething: the run ends before its first write.
func TestNothingIsWrittenWhereItWouldBreakSomething(t *testing.T) {
	for name, prepare := range map[string]struct {
		faults []emulator.Fault
		more   func(*emulator.Emulator, subject)
		says   string
	}{
		"the account is attached already": {says: `list: the workspace has attached this Batch account already, as compute "production"`, more: func(e *emulator.Emulator, _ subject) {
			e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "production", ResourceID: strings.ToUpper(emulator.DefaultBatchAccountID)})
		}},
		"the list cannot be read": {faults: []emulator.Fault{{Path: "/computes$", Status: http.StatusForbidden, Times: -1}}},
		"the name is taken": {more: func(e *emulator.Emulator, what subject) {
			e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: what.names[0], ResourceID: othersAccount})
		}},
		"the second name is taken": {more: func(e *emulator.Emulator, what subject) {
			e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: what.names[1], ComputeType: "AmlCompute"})
		}},
		"the account does not exist": {faults: []emulator.Fault{{
			Path: "/batchAccounts/", Status: http.StatusNotFound, Times: -1, Body: `{"error": {"code": "ResourceNotFound", "message": "no"}}`,
		}}},
		"a proxy replies": {faults: []emulator.Fault{{Path: "/computes/", Status: http.StatusNotFound, Body: "<html>", Times: -1}}},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := inhabited(t)
			what := defaultSubject(t)
			if prepare.more != nil {
				prepare.more(e, what)
			}
			before := e.Computes()
			e.Inject(prepare.faults...)
			_, err := verify(t.Context(), t.Context(), emulated(e), what, t.Logf)
			if err == nil || errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), prepare.says) {
				t.Errorf("the error is %v, want %q in it", err, prepare.says)
			}
			if sent := writes(e); len(sent) > 0 {
				t.Errorf("written: %s %s", sent[0].Method, sent[0].Path)
			}
			if diff := cmp.Diff(len(before), len(e.Computes())); diff != "" {
				t.Errorf("computes (-before +after):\n%s", diff)
			}
		})
	}
}
