package batchcompute_test

import (
	"context"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// TestRandomLives lives through random sequences of what people, others and the
// network do, in virtual time, against a model of what must hold. A failure prints its
// seed; go test -run TestRandomLives -rapid.seed=N lives it again.
func TestRandomLives(t *testing.T) {
	steps, rounds := 0, 1
	if os.Getenv("AZUREML_TEST_SLOW") != "" {
		rounds = 8
	}
	for range rounds {
		synctest.Test(t, func(t *testing.T) {
			// Without its Deadline, which a bubble does not allow.
			rapid.Check(struct{ rapid.TB }{t}, func(r *rapid.T) {
				l := newLife(t)
				for range rapid.IntRange(5, 30).Draw(r, "steps") {
					steps++
					theirs := l.theirs
					l.step(t, r)
					l.check(r, theirs)
				}
				l.settle(t, r)
			})
		})
	}
	t.Logf("%d random steps", steps)
}

// life is one compute's: the world, the state, and what the model knows.
type life struct {
	e        *emulator.Emulator
	core     *acctest.Core
	state    acctest.State
	lastErr  error
	accounts []string
	// theirs is set while what has the name was attached by somebody else and is not
	// in the state.
	theirs bool
}

func newLife(t *testing.T) *life {
	e := acctest.NewEmulator(t, emulator.WithOperationDuration(3*time.Second, 2*time.Second), emulator.WithTagsKept(true))
	e.AddBatchAccount(strings.Replace(emulator.DefaultBatchAccountID, "batch0", "batch1", 1), "westeurope")
	return &life{e: e, core: acctest.NewEmulatorCore(t, e, acctest.AsShipped), accounts: e.BatchAccounts()}
}

var configurations = []acctest.Attributes{
	byNames(acctest.Attributes{"timeouts": timeouts}),
	byID(acctest.Attributes{"timeouts": timeouts}),
	byNames(acctest.Attributes{"timeouts": timeouts, "batch_account_name": "batch1"}),
	byID(acctest.Attributes{"timeouts": timeouts, "tags": map[string]string{"a": "1"}, "description": "d"}),
	byID(acctest.Attributes{"timeouts": timeouts, "adopt_existing": true}),
}

// step is one thing that somebody does, perhaps with a fault or an interrupt in it.
func (l *life) step(t *testing.T, r *rapid.T) {
	l.core.NewRun()
	switch rapid.SampledFrom([]string{"apply", "apply", "apply", "destroy", "refresh", "removed by others", "attached by others", "edited by others"}).Draw(r, "step") {
	case "apply":
		attributes := rapid.SampledFrom(configurations).Draw(r, "configuration")
		l.amid(t, r, func(ctx context.Context) (acctest.State, acctest.Diagnostics) {
			return l.core.Apply(ctx, l.state, attributes)
		})
	case "destroy":
		l.amid(t, r, func(ctx context.Context) (acctest.State, acctest.Diagnostics) { return l.core.Destroy(ctx, l.state) })
	case "refresh":
		l.amid(t, r, func(ctx context.Context) (acctest.State, acctest.Diagnostics) { return l.core.Refresh(ctx, l.state) })
	case "removed by others":
		l.e.RemoveCompute(computeID)
		l.theirs = false
	case "attached by others":
		if len(l.e.Computes()) == 0 {
			account := rapid.SampledFrom(l.accounts).Draw(r, "account")
			l.e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "mybatchcompute", ComputeType: "Batch", ResourceID: account})
			l.theirs = !l.state.Exists()
		}
	case "edited by others":
		l.e.EditCompute(computeID, func(c *emulator.Compute) { c.Tags = map[string]string{"a": "2", "b": "3"} })
	}
}

// amid does something amid a random fault, or none, and a random interrupt, or none.
func (l *life) amid(t *testing.T, r *rapid.T, do func(context.Context) (acctest.State, acctest.Diagnostics)) {
	if kind := rapid.SampledFrom(append([]string{"", "", ""}, harmless...)).Draw(r, "fault"); kind != "" {
		fault := faults[kind]
		fault.Nth = rapid.IntRange(1, 8).Draw(r, "nth")
		fault.Times = rapid.SampledFrom([]int{1, 3, -1}).Draw(r, "times")
		fault.Path = "^/subscriptions/"
		l.e.Inject(fault)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if after := rapid.SampledFrom([]time.Duration{0, 0, 0, time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second}).Draw(r, "interrupt"); after > 0 {
		timer := time.AfterFunc(after, cancel)
		defer timer.Stop()
	}
	var d acctest.Diagnostics
	l.state, d = do(ctx)
	l.lastErr = d.Err()
	l.e.ClearFaults()
	if l.state.Exists() || len(l.e.Computes()) == 0 {
		l.theirs = false
	}
}

// harmless are the kinds of fault in which Azure does not say that something is gone
// that is there: nothing can be concluded from the state after such a lie.
var harmless = slices.DeleteFunc(slices.Sorted(maps.Keys(faults)), func(kind string) bool {
	return faults[kind].EditBody != nil || faults[kind].Status == 404 && faults[kind].Header["x-ms-request-id"] != "" && kind != "404 of another tenant"
})

// check is what must hold after every step; theirs says whose the compute was before.
func (l *life) check(r *rapid.T, theirs bool) {
	for _, request := range l.e.ARMRequests() {
		switch {
		case request.Method == "PUT" && request.Decided != 0 && request.Decided != 201:
			r.Errorf("a PUT over a compute that is there: %d", request.Decided)
		case request.Method == "DELETE" && !strings.HasSuffix(request.Query, "underlyingResourceAction=detach"):
			r.Errorf("DELETE with %s", request.Query)
		case request.Method == "PUT" && theirs:
			r.Errorf("a PUT while somebody else has the name")
		case request.Method == "DELETE" && theirs:
			r.Errorf("somebody else's compute was detached")
		}
	}
	l.e.ResetLog()
	if !slices.Equal(l.accounts, l.e.BatchAccounts()) {
		r.Errorf("Batch accounts were touched: %v", l.e.BatchAccounts())
	}
	if compute, there := l.e.Compute(computeID); there && !l.theirs && !l.state.Exists() {
		if l.lastErr == nil || !strings.Contains(l.lastErr.Error(), "mybatchcompute") {
			r.Errorf("%s is neither in the state nor in the error: %v", compute.ID, l.lastErr)
		}
		l.theirs = true // named in the error; from here on it is like another's
	}
}

// settle is the end of each life: with nothing going wrong any more, it converges.
func (l *life) settle(t *testing.T, r *rapid.T) {
	l.core.NewRun()
	state, d := l.core.Refresh(t.Context(), l.state)
	if d.Err() != nil {
		r.Fatalf("the last refresh: %v", d.Err())
	}
	wanted := configurations[4] // adopts
	if compute, there := l.e.Compute(computeID); there && !state.Exists() && strings.HasSuffix(strings.ToLower(compute.ResourceID), "batch1") {
		wanted = with(byID(), wanted, acctest.Attributes{"batch_account_id": compute.ResourceID})
	}
	if compute, there := l.e.Compute(computeID); there && !state.Exists() && compute.ProvisioningState == "Failed" {
		l.e.RemoveCompute(computeID) // the error said so
	}
	if state, d = l.core.Apply(t.Context(), state, wanted); d.Err() != nil {
		r.Fatalf("the last apply: %v", d.Err())
	}
	if plan, d := l.core.Plan(t.Context(), state, wanted); d.Err() != nil || plan.Action != "no-op" {
		r.Errorf("the plan after that is %s, %v", plan.Action, d.Err())
	}
	if computes := l.e.Computes(); len(computes) != 1 {
		r.Errorf("attached is %v", computes)
	}
}
