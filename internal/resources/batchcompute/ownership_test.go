package batchcompute_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// One compute has one owner. Each story is one apply of several resources, in every order in
// which Terraform may run its steps: one after another, and in parallel, with each kind of
// request held until the first request of each other kind arrives. Whatever the order, Azure
// has what the state says, and after one more apply the plan is empty.
func TestOwnership(t *testing.T) {
	for name, story := range ownershipStories {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, order := range orders(story.chains) {
				t.Run("in turn/"+strings.Join(steps(order), ", "), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) { story.live(t, [][]step{order}) })
				})
			}
			story.holds(t, 1)
		})
	}
}

// TestSlowOwnership holds requests until the second or third request of another kind arrives.
func TestSlowOwnership(t *testing.T) {
	acctest.Slow(t)
	for name, story := range ownershipStories {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story.holds(t, 2)
			story.holds(t, 3)
		})
	}
}

// holds runs the story with the first request of each kind held until the nth request of each
// other kind arrives.
func (s ownershipStory) holds(t *testing.T, nth int) {
	t.Helper()
	if len(s.chains) == 1 {
		return
	}
	var sent []string
	synctest.Test(t, func(t *testing.T) { sent = s.live(t, s.chains) })
	kinds := slices.DeleteFunc([]string{"GET compute", "GET list", "PUT compute", "DELETE compute", "GET status"},
		func(kind string) bool { return !slices.Contains(sent, kind) })
	for _, held := range kinds {
		for _, other := range kinds {
			t.Run(fmt.Sprintf("in parallel/%s waits for %s #%d", held, other, nth), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { s.live(t, s.chains, hold(held, other, nth)) })
			})
		}
	}
}

// hold returns a fault that makes the first request of one kind wait for the nth of another.
func hold(held, other string, nth int) emulator.Fault {
	method, path, _ := strings.Cut(held, " ")
	otherMethod, otherPath, _ := strings.Cut(other, " ")
	return emulator.Fault{Method: method, Path: paths[path], Until: &emulator.Until{
		Method: otherMethod, Path: paths[otherPath], Nth: nth, AtMost: time.Minute,
	}}
}

// step is what core does with one object of the state.
type step struct {
	name string
	do   func(*testing.T, *estate) acctest.Diagnostics
}

func create(address string, attributes acctest.Attributes) step {
	return step{"create " + address, func(t *testing.T, s *estate) acctest.Diagnostics {
		t.Helper()
		state, d := s.core.Apply(t.Context(), acctest.State{}, attributes)
		s.set(address, state)
		return d
	}}
}

func destroy(address string) step {
	return step{"destroy " + address, func(t *testing.T, s *estate) acctest.Diagnostics {
		t.Helper()
		state, d := s.core.Destroy(t.Context(), s.get(address))
		s.set(address, state)
		return d
	}}
}

// depose is the first half of a replacement with create_before_destroy.
func depose(address string) step {
	return step{"depose " + address, func(_ *testing.T, s *estate) acctest.Diagnostics {
		s.set(deposed(address), s.get(address))
		s.set(address, acctest.State{})
		return acctest.Diagnostics{}
	}}
}

func deposed(address string) string { return address + " (deposed)" }

func steps(chain []step) []string {
	var names []string
	for _, s := range chain {
		names = append(names, s.name)
	}
	return names
}

// orders returns all orders in which the steps of some chains can follow one another.
func orders(chains [][]step) [][]step {
	var all [][]step
	done := true
	for i, chain := range chains {
		if len(chain) == 0 {
			continue
		}
		done = false
		rest := slices.Clone(chains)
		rest[i] = chain[1:]
		for _, order := range orders(rest) {
			all = append(all, append([]step{chain[0]}, order...))
		}
	}
	if done {
		return [][]step{nil}
	}
	return all
}

// estate is a state with several resources, and the service.
type estate struct {
	e    *emulator.Emulator
	core *acctest.Core

	mutex  sync.Mutex
	states map[string]acctest.State
	d      acctest.Diagnostics
}

func (s *estate) get(address string) acctest.State {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.states[address]
}

func (s *estate) set(address string, state acctest.State) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if state.Exists() {
		s.states[address] = state
	} else {
		delete(s.states, address)
	}
}

// apply runs the chains in parallel. An error ends its chain.
func (s *estate) apply(t *testing.T, chains [][]step) {
	t.Helper()
	s.core.NewRun()
	var group sync.WaitGroup
	for _, chain := range chains {
		group.Go(func() {
			failed := map[string]bool{}
			for _, step := range chain {
				_, address, _ := strings.Cut(strings.TrimSuffix(step.name, " (deposed)"), " ")
				if failed[address] {
					continue
				}
				d := step.do(t, s)
				failed[address] = d.Err() != nil
				s.mutex.Lock()
				s.d.Errors, s.d.Warnings = append(s.d.Errors, d.Errors...), append(s.d.Warnings, d.Warnings...)
				s.mutex.Unlock()
			}
		})
	}
	group.Wait()
}

// checkConsistent checks that Azure has what the state says, and that each compute in Azure is
// in the state or in an error.
func (s *estate) checkConsistent(t *testing.T) {
	t.Helper()
	held := map[string]bool{}
	for address, state := range s.states {
		id := state.Text("id")
		compute, exists := s.e.Compute(id)
		if !exists || !strings.EqualFold(compute.ResourceID, state.Text("batch_account_id")) {
			t.Errorf("the state has %s with %s, Azure has %v %s", address, state.Text("batch_account_id"), exists, compute.ResourceID)
		}
		if held[strings.ToLower(id)] {
			t.Errorf("two objects of the state have %s", id)
		}
		held[strings.ToLower(id)] = true
	}
	for _, compute := range s.e.Computes() {
		if !held[strings.ToLower(compute.ID)] && (s.d.Err() == nil || !strings.Contains(s.d.Err().Error(), compute.Name)) {
			t.Errorf("%s is attached, and neither in the state nor in an error", compute.ID)
		}
	}
	for _, request := range s.e.ARMRequests() {
		if request.Method == http.MethodPut && request.Decided != 0 && request.Decided != http.StatusCreated {
			t.Errorf("a PUT to an existing compute: %d", request.Decided)
		}
	}
}

type ownershipStory struct {
	// before is what is attached first; prepare then changes it.
	before  map[string]acctest.Attributes
	prepare func(*testing.T, *estate)
	chains  [][]step
	// after is the configuration. With alternatives, only one of its resources can exist, and
	// it keeps the one that the state has.
	after        map[string]acctest.Attributes
	alternatives bool
	// never is true if there must be no error. inParallel is true if there must be none when
	// the steps run in parallel, because a detach begins before the attach that waits for it.
	never, inParallel bool
	// warns is the only warning that the apply may give, in any order; says is part of its
	// error.
	warns, says string
}

// live runs the chains and all that follows. It returns the kinds of request that the chains
// sent.
func (s ownershipStory) live(t *testing.T, chains [][]step, faults ...emulator.Fault) (sent []string) {
	e := acctest.NewEmulator(t, emulator.WithOperationDuration(3*time.Second, 2*time.Second), emulator.WithLatency(100*time.Millisecond))
	for i := 1; i < 12; i++ {
		e.AddBatchAccount(account(i), "westeurope")
	}
	estate := &estate{e: e, core: acctest.NewEmulatorCore(t, e, acctest.AsShipped), states: map[string]acctest.State{}}
	for address, attributes := range s.before {
		estate.apply(t, [][]step{{create(address, attributes)}})
	}
	if s.prepare != nil {
		s.prepare(t, estate)
	}
	if estate.d.Err() != nil {
		t.Fatal(estate.d.Err())
	}
	estate.d, e = acctest.Diagnostics{}, estate.e
	e.ResetLog()
	e.Inject(faults...)
	estate.apply(t, chains)
	sent = requests(e)
	e.ClearFaults()
	estate.checkConsistent(t)
	if (s.never || s.inParallel && len(chains) > 1) && estate.d.Err() != nil {
		t.Errorf("the apply: %v", estate.d.Err())
	}
	if s.says != "" {
		estate.d.WantError(t, s.says)
	}
	for _, warning := range estate.d.Warnings {
		if s.warns == "" || !strings.Contains(warning, s.warns) {
			t.Errorf("the apply warns: %s", warning)
		}
	}
	s.settle(t, estate)
	return sent
}

// settle applies again, as the next run does, and then plans.
func (s ownershipStory) settle(t *testing.T, estate *estate) {
	t.Helper()
	after := maps.Clone(s.after)
	if s.alternatives {
		maps.DeleteFunc(after, func(address string, _ acctest.Attributes) bool { return !estate.get(address).Exists() })
		if len(after) != 1 {
			t.Fatalf("the state has %d of the alternatives", len(after))
		}
	}
	estate.d = acctest.Diagnostics{}
	estate.refresh(t)
	for address := range estate.states {
		if after[address] == nil {
			estate.apply(t, [][]step{{destroy(address)}})
		}
	}
	for address, attributes := range after {
		estate.core.NewRun()
		state, d := estate.core.Apply(t.Context(), estate.get(address), attributes)
		if d.Err() != nil {
			t.Fatalf("the next apply of %s: %v", address, d.Err())
		}
		estate.set(address, state)
	}
	if estate.d.Err() != nil {
		t.Fatalf("the next apply: %v", estate.d.Err())
	}
	estate.refresh(t)
	estate.checkConsistent(t)
	if len(estate.states) != len(after) {
		t.Errorf("the state has %v", slices.Sorted(maps.Keys(estate.states)))
	}
	for address, attributes := range after {
		if plan, d := estate.core.Plan(t.Context(), estate.get(address), attributes); d.Err() != nil || plan.Action != "no-op" {
			t.Errorf("the next plan of %s is %s, %v", address, plan.Action, d.Err())
		}
	}
	for _, warning := range estate.d.Warnings {
		if !strings.Contains(warning, "is in state Failed") {
			t.Errorf("the next apply warns: %s", warning)
		}
	}
}

func (s *estate) refresh(t *testing.T) {
	t.Helper()
	s.core.NewRun()
	for address, state := range maps.Clone(s.states) {
		state, d := s.core.Refresh(t.Context(), state)
		s.d.Errors, s.d.Warnings = append(s.d.Errors, d.Errors...), append(s.d.Warnings, d.Warnings...)
		s.set(address, state)
	}
}

func account(i int) string {
	return strings.Replace(emulator.DefaultBatchAccountID, "batch0", fmt.Sprintf("batch%d", i), 1)
}

// compute returns a configuration with a name and an account, and whether it adopts.
func compute(name string, i int, adopt ...bool) acctest.Attributes {
	attributes := byID(acctest.Attributes{"name": name, "batch_account_id": account(i), "timeouts": timeouts})
	if len(adopt) > 0 && adopt[0] {
		attributes["adopt_existing"] = true
	}
	return attributes
}

type attributes = map[string]acctest.Attributes

var ownershipStories = map[string]ownershipStory{
	"an adopter replaced, create before destroy": {
		before: attributes{"a": compute("x", 0, true)},
		chains: [][]step{{depose("a"), create("a", compute("x", 0, true)), destroy(deposed("a"))}},
		after:  attributes{"a": compute("x", 0, true)}, never: true, warns: `"x" was not detached`,
	},
	"a tainted compute replaced, create before destroy": {
		before: attributes{"a": compute("x", 0)},
		prepare: func(t *testing.T, s *estate) {
			s.e.EditCompute(s.get("a").Text("id"), func(c *emulator.Compute) { c.ProvisioningState = "Failed" })
			s.refresh(t)
		},
		chains: [][]step{{depose("a"), create("a", compute("x", 0, true)), destroy(deposed("a"))}},
		after:  attributes{"a": compute("x", 0)},
	},
	"a compute that is being detached replaced, create before destroy": {
		before: attributes{"a": compute("x", 0)},
		prepare: func(t *testing.T, s *estate) {
			s.e.EditCompute(s.get("a").Text("id"), func(c *emulator.Compute) { c.ProvisioningState = "Deleting" })
			s.refresh(t)
			time.AfterFunc(5*time.Second, func() { s.e.RemoveCompute(s.get("a").Text("id") + s.get(deposed("a")).Text("id")) })
		},
		chains: [][]step{{depose("a"), create("a", compute("x", 0)), destroy(deposed("a"))}},
		after:  attributes{"a": compute("x", 0)}, never: true, warns: `"x" was not detached`,
	},
	"a saved plan to replace, create before destroy, after the compute was detached": {
		before:  attributes{"a": compute("x", 0)},
		prepare: func(_ *testing.T, s *estate) { s.e.RemoveCompute(s.get("a").Text("id")) },
		chains:  [][]step{{depose("a"), create("a", compute("x", 0)), destroy(deposed("a"))}},
		after:   attributes{"a": compute("x", 0)}, never: true, warns: `"x" was not detached`,
	},
	"another account, create before destroy, adopting": {
		before: attributes{"a": compute("x", 0, true)},
		chains: [][]step{{depose("a"), create("a", compute("x", 1, true)), destroy(deposed("a"))}},
		after:  attributes{"a": compute("x", 0, true)},
	},
	"a rename, adopting": {
		before: attributes{"a": compute("x", 0, true)},
		chains: [][]step{{destroy("a")}, {create("b", compute("x", 0, true))}},
		after:  attributes{"b": compute("x", 0, true)}, never: true, warns: `"x" was not detached`,
	},
	"a rename": {
		before: attributes{"a": compute("x", 0)},
		chains: [][]step{{destroy("a")}, {create("b", compute("x", 0))}},
		after:  attributes{"b": compute("x", 0)},
	},
	"a rename, in another letter case, adopting": {
		before: attributes{"a": compute("x", 0, true)},
		chains: [][]step{{destroy("a")}, {create("b", compute("X", 0, true))}},
		after:  attributes{"b": compute("X", 0, true)}, never: true, warns: `"x" was not detached`,
	},
	"a for_each key changed, the account kept": {
		before: attributes{"a": compute("x", 0)},
		chains: [][]step{{destroy("a")}, {create("b", compute("y", 0))}},
		after:  attributes{"b": compute("y", 0)}, inParallel: true,
	},
	"a count shifted down, adopting": {
		before: attributes{"0": compute("x", 0, true), "1": compute("y", 1, true)},
		chains: [][]step{{destroy("0"), create("0", compute("y", 1, true))}, {destroy("1")}},
		after:  attributes{"0": compute("y", 1, true)}, never: true, warns: `"y" was not detached`,
	},
	"a count shifted down": {
		before: attributes{"0": compute("x", 0), "1": compute("y", 1)},
		chains: [][]step{{destroy("0"), create("0", compute("y", 1))}, {destroy("1")}},
		after:  attributes{"0": compute("y", 1)}, inParallel: true,
	},
	"a count shifted up, adopting": {
		before: attributes{"0": compute("y", 1, true)},
		chains: [][]step{{destroy("0"), create("0", compute("x", 0, true))}, {create("1", compute("y", 1, true))}},
		after:  attributes{"0": compute("x", 0, true), "1": compute("y", 1, true)}, warns: `"y" was not detached`,
	},
	"names swapped": {
		before: attributes{"a": compute("x", 0), "b": compute("y", 1)},
		chains: [][]step{{destroy("a"), create("a", compute("y", 0))}, {destroy("b"), create("b", compute("x", 1))}},
		after:  attributes{"a": compute("y", 0), "b": compute("x", 1)}, inParallel: true,
	},
	"names swapped, adopting": {
		before: attributes{"a": compute("x", 0, true), "b": compute("y", 0+1, true)},
		chains: [][]step{{destroy("a"), create("a", compute("y", 1, true))}, {destroy("b"), create("b", compute("x", 0, true))}},
		after:  attributes{"a": compute("y", 1, true), "b": compute("x", 0, true)}, warns: "was not detached",
	},
	"accounts swapped": {
		before: attributes{"a": compute("x", 0), "b": compute("y", 1)},
		chains: [][]step{{destroy("a"), create("a", compute("x", 1))}, {destroy("b"), create("b", compute("y", 0))}},
		after:  attributes{"a": compute("x", 1), "b": compute("y", 0)}, inParallel: true,
	},
	"two resources of one name": {
		chains: [][]step{{create("a", compute("x", 0))}, {create("b", compute("X", 1))}},
		after:  attributes{"a": compute("x", 0), "b": compute("X", 1)}, alternatives: true, says: "Another resource of this run has attached or adopted",
	},
	"two resources of one name and account": {
		chains: [][]step{{create("a", compute("x", 0))}, {create("b", compute("x", 0))}},
		after:  attributes{"a": compute("x", 0), "b": compute("x", 0)}, alternatives: true, says: "Another resource of this run has attached or adopted",
	},
	"two resources that adopt one compute": {
		prepare: func(_ *testing.T, s *estate) {
			putBatch(s.e, "x", account(0))
		},
		chains: [][]step{{create("a", compute("x", 0, true))}, {create("b", compute("x", 0, true))}},
		after:  attributes{"a": compute("x", 0, true), "b": compute("x", 0, true)}, alternatives: true, says: "Another resource of this run has attached or adopted",
	},
	"two resources of one account": {
		chains: [][]step{{create("a", compute("x", 0))}, {create("b", compute("y", 0))}},
		after:  attributes{"a": compute("x", 0), "b": compute("y", 0)}, alternatives: true, says: "in this same run",
	},
	"two resources of one account, one adopting": {
		prepare: func(_ *testing.T, s *estate) {
			putBatch(s.e, "x", account(0))
		},
		chains: [][]step{{create("a", compute("x", 0, true))}, {create("b", compute("y", 0))}},
		after:  attributes{"a": compute("x", 0, true)},
	},
	"one name in two workspaces": {
		prepare: func(_ *testing.T, s *estate) { s.e.AddWorkspace(otherWorkspace, "westeurope") },
		chains:  [][]step{{create("a", compute("x", 0))}, {create("b", inOtherWorkspace(compute("x", 0)))}},
		after:   attributes{"a": compute("x", 0), "b": inOtherWorkspace(compute("x", 0))}, never: true,
	},
}

var otherWorkspace = strings.Replace(emulator.DefaultWorkspaceID, "ws0", "ws1", 1)

func inOtherWorkspace(attributes acctest.Attributes) acctest.Attributes {
	return with(attributes, acctest.Attributes{"workspace_id": otherWorkspace})
}
