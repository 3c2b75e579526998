package batchcompute_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// TestRandomLives runs random sequences of what users, other processes and the network do to a
// few resources, in virtual time, and checks after each apply that Azure has what the state
// says, and that nothing is detached unless the plan said so. A failure prints its seed;
// go test -run TestRandomLives -rapid.seed=N runs it again.
func TestRandomLives(t *testing.T) {
	t.Parallel()
	randomLives(t)
}

func TestSlowRandomLives(t *testing.T) {
	acctest.Slow(t)
	for i := range 7 {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			randomLives(t)
		})
	}
}

func randomLives(t *testing.T) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		steps := 0
		// Hides t.Deadline, which a synctest bubble does not allow.
		rapid.Check(struct{ rapid.TB }{t}, func(r *rapid.T) {
			l := newLife(t)
			for range rapid.IntRange(5, 20).Draw(r, "steps") {
				steps++
				l.step(t, r)
			}
			l.settle(t, r)
		})
		t.Logf("%d random steps", steps)
	})
}

// life is the life of a state with a few resources.
type life struct {
	*estate

	accounts []string
	// deposed is how many objects were deposed.
	deposed int
	// wanted is the configuration.
	wanted map[string]resourceBlock
	// unsure has the objects that may not be in Azure, because their creation or destruction
	// ended with an error.
	unsure map[string]bool
}

// resourceBlock is a resource in the configuration.
type resourceBlock struct {
	attributes acctest.Attributes
	// before is create_before_destroy.
	before bool
}

func newLife(t *testing.T) *life {
	e := acctest.NewEmulator(t, emulator.WithOperationDuration(3*time.Second, 2*time.Second), emulator.WithTagsKept(true))
	e.AddBatchAccount(account(1), "westeurope")
	e.AddBatchAccount(account(2), "westeurope")
	return &life{
		estate:   &estate{e: e, core: acctest.NewEmulatorCore(t, e, acctest.AsShipped), states: map[string]acctest.State{}},
		accounts: e.BatchAccounts(), wanted: map[string]resourceBlock{}, unsure: map[string]bool{},
	}
}

// lifeNames are the names in use. Letter case makes no difference, and draw mostly combines a
// name with the same account, so that resources often have the same compute.
var lifeNames = []string{"x", "y", "X", "z"}

// step is one thing that a user or another process does, perhaps with a fault or an interrupt.
func (l *life) step(t *testing.T, r *rapid.T) {
	name := rapid.SampledFrom(lifeNames[1:]).Draw(r, "name")
	id := emulator.DefaultWorkspaceID + "/computes/" + name
	switch rapid.SampledFrom([]string{"apply", "apply", "apply", "apply", "destroy", "removed", "attached", "edited", "made another type"}).Draw(r, "step") {
	case "apply":
		l.draw(r)
		l.disturbed(t, r)
	case "destroy":
		clear(l.wanted)
		l.disturbed(t, r)
	case "removed":
		l.e.RemoveCompute(id)
	case "attached":
		if _, exists := l.e.Compute(id); !exists {
			l.e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: name, ComputeType: "Batch", ResourceID: rapid.SampledFrom(l.accounts).Draw(r, "account")})
		}
	case "edited":
		l.e.EditCompute(id, func(c *emulator.Compute) { c.Tags = map[string]string{"a": "2", "b": "3"} })
	case "made another type":
		l.e.EditCompute(id, func(c *emulator.Compute) { c.ComputeType, c.ResourceID = "AmlCompute", "" })
	}
}

// draw changes the configuration: it adds, removes, changes and renames resources.
func (l *life) draw(r *rapid.T) {
	for _, address := range []string{"a", "b", "c"} {
		switch rapid.SampledFrom([]string{"keep", "keep", "remove", "change", "rename"}).Draw(r, address) {
		case "remove":
			delete(l.wanted, address)
		case "change":
			number := rapid.IntRange(0, len(lifeNames)-1).Draw(r, "name")
			account := number % 2
			if rapid.IntRange(0, 3).Draw(r, "another account") == 0 {
				account = 2
			}
			block := resourceBlock{compute(lifeNames[number], account, rapid.Bool().Draw(r, "adopt")), rapid.Bool().Draw(r, "create_before_destroy")}
			if rapid.IntRange(0, 3).Draw(r, "tags") == 0 {
				block.attributes["tags"] = map[string]string{"a": "1"}
			}
			l.wanted[address] = block
		case "rename":
			other := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(r, "to")
			block, exists := l.wanted[address]
			delete(l.wanted, address)
			if exists {
				l.wanted[other] = block
			}
		}
	}
}

// disturbed applies with a random fault, or none, and a random interrupt, or none.
func (l *life) disturbed(t *testing.T, r *rapid.T) {
	if kind := rapid.SampledFrom(append([]string{"", "", "", ""}, harmless...)).Draw(r, "fault"); kind != "" {
		fault := faults[kind]
		fault.Nth = rapid.IntRange(1, 12).Draw(r, "nth")
		fault.Times = rapid.SampledFrom([]int{1, 1, 3, -1}).Draw(r, "times")
		fault.Path = "^/subscriptions/"
		l.e.Inject(fault)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if after := rapid.SampledFrom([]time.Duration{0, 0, 0, time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second}).Draw(r, "interrupt"); after > 0 {
		timer := time.AfterFunc(after, cancel)
		defer timer.Stop()
	}
	l.applyWanted(ctx, r)
	l.e.ClearFaults()
	if !slices.Equal(l.accounts, l.e.BatchAccounts()) {
		r.Fatalf("Batch accounts were changed: %v", l.e.BatchAccounts())
	}
}

// harmless are the faults other than Azure's own reply that an existing compute does not
// exist. After such a reply, the state proves nothing.
var harmless = slices.DeleteFunc(slices.Sorted(maps.Keys(faults)), func(kind string) bool {
	return faults[kind].EditBody != nil || faults[kind].Status == 404 && faults[kind].Header["x-ms-request-id"] != "" && kind != "404 of another tenant"
})

// change is what a plan does at one address: what it destroys, and what it creates.
type change struct {
	address string
	// destroys is the object that is destroyed; empty for none.
	destroys string
	// creates is true if an object is created; before, if it is created first.
	creates, before bool
	wait            time.Duration
}

// applyWanted does what terraform apply does.
func (l *life) applyWanted(ctx context.Context, r *rapid.T) {
	l.core.NewRun()
	var warnings []string
	for _, address := range slices.Sorted(maps.Keys(l.states)) {
		state, d := l.core.Refresh(ctx, l.states[address])
		if d.Err() != nil {
			return // terraform plan ends here
		}
		warnings = append(warnings, d.Warnings...)
		l.set(address, state)
		delete(l.unsure, address)
	}
	changes, ok := l.plan(ctx, r)
	if !ok {
		return
	}
	twice := l.managedTwice(r, warnings)
	l.core.NewRun()
	l.e.ResetLog()
	l.d = acctest.Diagnostics{}
	time.Sleep(time.Second) // so that earlier changes have earlier times
	began := time.Now()
	detaches := map[string]bool{}
	for _, c := range changes {
		if c.destroys != "" {
			detaches[l.idOf(c.destroys)] = true
		}
	}
	var group sync.WaitGroup
	for _, c := range changes {
		if c.before && c.destroys == c.address {
			l.deposed++ // one of an earlier apply may still exist
			c.destroys = fmt.Sprintf("%s %d", deposed(c.address), l.deposed)
			l.set(c.destroys, l.get(c.address))
			l.set(c.address, acctest.State{})
		}
		group.Go(func() {
			time.Sleep(c.wait)
			l.carryOut(ctx, c)
		})
	}
	group.Wait()
	l.check(r, detaches, twice, began)
}

func (l *life) idOf(address string) string { return strings.ToLower(l.get(address).Text("id")) }

// plan returns the changes at each address of the state and of the configuration.
func (l *life) plan(ctx context.Context, r *rapid.T) ([]change, bool) {
	var changes []change
	for _, address := range slices.Sorted(maps.Keys(l.states)) {
		if _, wanted := l.wanted[address]; !wanted {
			changes = append(changes, change{address: address, destroys: address})
		}
	}
	for _, address := range slices.Sorted(maps.Keys(l.wanted)) {
		plan, d := l.core.Plan(ctx, l.get(address), l.wanted[address].attributes)
		if d.Err() != nil {
			return nil, false
		}
		c := change{address: address, creates: true}
		if l.get(address).Exists() {
			c.creates = plan.Action == "replace"
			if c.creates {
				c.destroys, c.before = address, l.wanted[address].before
			}
		}
		changes = append(changes, c)
	}
	for i := range changes {
		changes[i].wait = time.Duration(rapid.IntRange(0, 30).Draw(r, "wait")) * 100 * time.Millisecond
	}
	return changes, true
}

// carryOut does what core does at one address. With create_before_destroy, it destroys only
// once the creation has succeeded.
func (l *life) carryOut(ctx context.Context, c change) {
	destroy := func() bool {
		if c.destroys == "" {
			return true
		}
		state, d := l.core.Destroy(ctx, l.get(c.destroys))
		l.settled(c.destroys, state, d)
		return d.Err() == nil
	}
	create := func() bool {
		prior := acctest.State{}
		if !c.creates {
			if prior = l.get(c.address); !prior.Exists() {
				return true
			}
		}
		state, d := l.core.Apply(ctx, prior, l.wanted[c.address].attributes)
		l.settled(c.address, state, d)
		return d.Err() == nil
	}
	switch {
	case c.before:
		if create() {
			destroy()
		} else if !l.get(c.address).Exists() {
			// Nothing was created: core restores the deposed object.
			l.set(c.address, l.get(c.destroys))
			l.set(c.destroys, acctest.State{})
		}
	case destroy() && c.wantedOf(l):
		create()
	}
}

func (c change) wantedOf(l *life) bool {
	_, wanted := l.wanted[c.address]
	return wanted
}

func (l *life) settled(address string, state acctest.State, d acctest.Diagnostics) {
	l.set(address, state)
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.d.Errors = append(l.d.Errors, d.Errors...)
	delete(l.unsure, address)
	if d.Err() != nil {
		l.unsure[address] = true
	}
}

// managedTwice returns the ids that two objects have. The plan must warn about each.
func (l *life) managedTwice(r *rapid.T, warnings []string) map[string]bool {
	count, twice := map[string]int{}, map[string]bool{}
	for address := range l.states {
		count[l.idOf(address)]++
	}
	for id, n := range count {
		if n < 2 {
			continue
		}
		twice[id] = true
		if !slices.ContainsFunc(warnings, func(w string) bool {
			return strings.Contains(strings.ToLower(w), id) && strings.Contains(w, "Two resources manage")
		}) {
			r.Fatalf("%d objects have %s, and the plan does not warn: %q", n, id, warnings)
		}
	}
	return twice
}

// check checks the state and the service after an apply. detaches has the computes that the
// plan detaches, twice those that two objects have.
func (l *life) check(r *rapid.T, detaches, twice map[string]bool, began time.Time) {
	for _, request := range l.e.ARMRequests() {
		switch {
		case request.Method == "PUT" && request.Decided != 0 && request.Decided != 201:
			r.Fatalf("a PUT to an existing compute: %d", request.Decided)
		case request.Method == "DELETE" && !strings.HasSuffix(request.Query, "underlyingResourceAction=detach"):
			r.Fatalf("DELETE with %s", request.Query)
		case request.Method == "DELETE" && !detaches[strings.ToLower(request.Path)]:
			r.Fatalf("%s was detached, and the plan did not say so", request.Path)
		}
	}
	for address, state := range l.states {
		id := l.idOf(address)
		if state.Tainted || l.unsure[address] || twice[id] || state.Text("provisioning_state") == "Deleting" {
			continue
		}
		if c, exists := l.e.Compute(id); !exists || !strings.EqualFold(c.ResourceID, state.Text("batch_account_id")) {
			r.Fatalf("the state has %s at %s with %s, Azure has %s", id, address, state.Text("batch_account_id"), describe(c, exists))
		}
	}
	for _, c := range l.e.Computes() {
		held := slices.ContainsFunc(slices.Collect(maps.Values(l.states)), func(s acctest.State) bool { return strings.EqualFold(s.Text("id"), c.ID) })
		named := l.d.Err() != nil && strings.Contains(l.d.Err().Error(), fmt.Sprintf("%q", c.Name))
		if !c.CreatedOn.Before(began) && !held && !named {
			r.Fatalf("%s was attached, and is neither in the state nor in an error: %v", c.ID, l.d.Err())
		}
	}
}

func describe(c emulator.Compute, exists bool) string {
	if !exists {
		return "nothing"
	}
	return fmt.Sprintf("a compute of type %s with %q, %s", c.ComputeType, c.ResourceID, c.ProvisioningState)
}

// settle ends each life: without faults, a destroy succeeds, and computes attached outside
// Terraform stay.
func (l *life) settle(t *testing.T, r *rapid.T) {
	time.Sleep(time.Minute) // until interrupted operations have ended
	clear(l.wanted)
	for range 3 { // a compute that two objects have takes more than one apply
		l.applyWanted(t.Context(), r)
	}
	if len(l.states) > 0 {
		r.Fatalf("the state still has %v", slices.Sorted(maps.Keys(l.states)))
	}
	putBatch(l.e, "theirs", account(2))
	l.wanted["a"] = resourceBlock{attributes: compute("mine", 3)}
	l.e.AddBatchAccount(account(3), "westeurope")
	l.applyWanted(t.Context(), r)
	if plan, d := l.core.Plan(t.Context(), l.get("a"), l.wanted["a"].attributes); d.Err() != nil || plan.Action != "no-op" {
		r.Fatalf("the last plan is %s, %v", plan.Action, d.Err())
	}
	if _, exists := l.e.Compute(emulator.DefaultWorkspaceID + "/computes/theirs"); !exists {
		r.Fatal("a compute attached outside Terraform was detached")
	}
}
