package batchcompute_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// many is a workspace with attached computes, and a run that has not read any of them yet.
type many struct {
	e      *emulator.Emulator
	core   *acctest.Core
	states []acctest.State
}

func newMany(t *testing.T, n int, hooks []func(*azureml.Options), options ...emulator.Option) *many {
	t.Helper()
	m := &many{e: acctest.NewEmulator(t, options...)}
	m.core = acctest.NewEmulatorCore(t, m.e, append([]func(*azureml.Options){acctest.AsShipped}, hooks...)...)
	for i := range n {
		m.states = append(m.states, m.attach(t, i))
	}
	m.core.NewRun()
	m.e.ResetLog()
	return m
}

func (m *many) attach(t *testing.T, i int) acctest.State {
	t.Helper()
	account := strings.Replace(emulator.DefaultBatchAccountID, "batch0", fmt.Sprintf("batch%d", i), 1)
	m.e.AddBatchAccount(account, "westeurope")
	state, d := m.core.Apply(t.Context(), acctest.State{}, byID(acctest.Attributes{"name": manyName(i), "batch_account_id": account}))
	if d.Err() != nil {
		t.Fatal(d.Err())
	}
	return state
}

func manyName(i int) string { return fmt.Sprintf("batch%dx", i) }

// refresh returns the state of the i-th compute after a refresh that must succeed.
func (m *many) refresh(t *testing.T, i int) acctest.State {
	t.Helper()
	state, d := m.core.Refresh(t.Context(), m.states[i])
	if d.Err() != nil {
		t.Fatalf("refresh of %s: %v", manyName(i), d.Err())
	}
	return state
}

// describe changes the description of the i-th compute outside Terraform.
func (m *many) describe(i int, description string) {
	m.e.EditCompute(emulator.DefaultWorkspaceID+"/computes/"+manyName(i), func(c *emulator.Compute) { c.Description = &description })
}

func (m *many) requested(t *testing.T, want ...string) {
	t.Helper()
	if got := requests(m.e); !slices.Equal(got, want) {
		t.Errorf("requests:\n got %q\nwant %q", got, want)
	}
}

// However many computes a workspace has, their refresh costs one GET and the list.
func TestManyShareOneList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMany(t, 100, nil, emulator.WithPageSize(40), emulator.WithLatency(50*time.Millisecond))
		began := time.Now()
		atATime(10, len(m.states), func(i int) {
			state, d := m.core.Refresh(t.Context(), m.states[i])
			if d.Err() != nil || state.Text("name") != manyName(i) || !state.Value.Equal(m.states[i].Value) {
				t.Errorf("%s: %v, %v", manyName(i), state.Value, d.Err())
			}
		})
		// Virtual time: three pages, one after another.
		if took := time.Since(began); took > 150*time.Millisecond {
			t.Errorf("the refreshes took %s", took)
		}
		sent := requests(m.e)
		slices.Sort(sent)
		if want := []string{"GET compute", "GET list", "GET list", "GET list"}; !slices.Equal(sent, want) {
			t.Errorf("requests: %q", sent)
		}
	})
}

func TestSnapshot(t *testing.T) {
	acctest.Run(t, "is read again after 30 s", func(t *testing.T) {
		m := newMany(t, 2, nil)
		m.refresh(t, 0)
		m.refresh(t, 1)
		m.describe(1, "changed")
		time.Sleep(30 * time.Second)
		m.refresh(t, 1)
		m.requested(t, "GET compute", "GET list")
		time.Sleep(time.Nanosecond)
		if state := m.refresh(t, 1); state.Text("description") != "changed" {
			t.Errorf("the description is %q", state.Text("description"))
		}
		m.requested(t, "GET compute", "GET list", "GET list")
	})
	acctest.Run(t, "an incomplete compute is read by name", func(t *testing.T) {
		m := newMany(t, 2, nil)
		m.e.Inject(emulator.Fault{Path: "/computes$", Times: -1, EditBody: editComputes(func(_, p map[string]any) { p["resourceId"] = nil })})
		for i := range 2 {
			state, d := m.core.Import(t.Context(), emulator.DefaultWorkspaceID+"/computes/"+manyName(i))
			if d.Err() != nil || state.Text("batch_account_id") == "" {
				t.Errorf("the import has account %q, %v", state.Text("batch_account_id"), d.Err())
			}
		}
	})
	acctest.Run(t, "is no older than an attach", func(t *testing.T) {
		m := newMany(t, 2, nil)
		m.refresh(t, 0)
		m.refresh(t, 1)
		m.describe(1, "changed")
		m.states = append(m.states, m.attach(t, 2))
		if state := m.refresh(t, 1); state.Text("description") != "changed" {
			t.Errorf("the description is %q", state.Text("description"))
		}
		if state := m.refresh(t, 2); !state.Exists() {
			t.Error("the attached compute is gone")
		}
	})
	acctest.Run(t, "is no older than a detach", func(t *testing.T) {
		m := newMany(t, 2, nil)
		m.refresh(t, 0)
		m.refresh(t, 1)
		if _, d := m.core.Destroy(t.Context(), m.states[1]); d.Err() != nil {
			t.Fatal(d.Err())
		}
		if state := m.refresh(t, 1); state.Exists() {
			t.Error("the detached compute still exists")
		}
	})
	acctest.Run(t, "is no older than a write whose operation continues", func(t *testing.T) {
		m := newMany(t, 2, nil, emulator.WithOperationDuration(time.Minute, time.Minute))
		m.e.AddBatchAccount(strings.Replace(emulator.DefaultBatchAccountID, "batch0", "batch2", 1), "westeurope")
		state := func(i int) string {
			data, d := m.core.ReadData(t.Context(), "azureml_batch_compute", acctest.Attributes{"name": manyName(i), "workspace_id": emulator.DefaultWorkspaceID})
			if d.Err() != nil {
				t.Fatal(d.Err())
			}
			return data.Text("description") + data.Text("provisioning_state")
		}
		m.refresh(t, 0)
		m.refresh(t, 1)
		m.describe(1, "edited ")
		attached := make(chan bool)
		go func() {
			m.attach(t, 2)
			close(attached)
		}()
		time.Sleep(5 * time.Second)
		if got := state(1); got != "edited Succeeded" {
			t.Errorf("during an attach it is %s", got)
		}
		time.Sleep(45 * time.Second)
		if got := state(2); got != "Creating" {
			t.Errorf("the compute that is being attached is %s", got)
		}
		<-attached
		if got := state(2); got != "Succeeded" {
			t.Errorf("the attached compute is %s", got)
		}
		go m.core.Destroy(t.Context(), m.states[1])
		time.Sleep(5 * time.Second)
		if got := state(1); got != "edited Deleting" {
			t.Errorf("during a detach it is %s", got)
		}
		time.Sleep(time.Hour)
	})
	acctest.Run(t, "that was requested before a write is not used after it", func(t *testing.T) {
		var delay time.Duration
		m := newMany(t, 2, []func(*azureml.Options){acctest.EditReplies(func(request *http.Request, _ *http.Response) {
			if strings.HasSuffix(request.URL.Path, "/computes") {
				time.Sleep(delay)
			}
		})})
		m.refresh(t, 0)
		delay = time.Minute // for a reply that the service generated before the detach
		done := make(chan acctest.State)
		go func() {
			state, _ := m.core.Refresh(t.Context(), m.states[0])
			done <- state
		}()
		synctest.Wait()
		delay = 0
		if _, d := m.core.Destroy(t.Context(), m.states[1]); d.Err() != nil {
			t.Fatal(d.Err())
		}
		if state := m.refresh(t, 1); state.Exists() {
			t.Error("the detached compute still exists")
		}
		if state := <-done; !state.Exists() {
			t.Error("the other compute is gone")
		}
	})
	acctest.Run(t, "proves that a compute exists, not that it does not", func(t *testing.T) {
		m := newMany(t, 3, nil)
		m.refresh(t, 0)
		m.e.Inject(emulator.Fault{Path: "/computes$", EditBody: func(document map[string]any) {
			document["value"] = document["value"].([]any)[:2]
		}})
		m.e.RemoveCompute(emulator.DefaultWorkspaceID + "/computes/" + manyName(1))
		if state := m.refresh(t, 2); !state.Exists() {
			t.Error("a compute missing from the list was removed from the state")
		}
		if state := m.refresh(t, 1); state.Exists() {
			t.Error("the removed compute still exists")
		}
		m.requested(t, "GET compute", "GET list", "GET compute")
	})
	acctest.Run(t, "that is forbidden is replaced by a GET for each", func(t *testing.T) {
		m := newMany(t, 3, nil)
		forbidden := faults["403"]
		forbidden.Path, forbidden.Times = "/computes$", -1
		m.e.Inject(forbidden)
		for i := range m.states {
			if state := m.refresh(t, i); !state.Exists() {
				t.Errorf("%s is gone", manyName(i))
			}
		}
		m.requested(t, "GET compute", "GET list", "GET compute", "GET compute")
	})
	acctest.Run(t, "is requested by the next read if the first is interrupted", func(t *testing.T) {
		m := newMany(t, 3, nil)
		m.refresh(t, 0)
		m.e.Inject(emulator.Fault{Path: "/computes$", Delay: time.Hour})
		ctx, cancel := context.WithCancel(t.Context())
		interrupted := make(chan error)
		go func() {
			_, d := m.core.Refresh(ctx, m.states[1])
			interrupted <- d.Err()
		}()
		synctest.Wait()
		go cancel()
		if state := m.refresh(t, 2); !state.Exists() {
			t.Error("the next compute is gone")
		}
		if err := <-interrupted; err == nil {
			t.Error("an interrupted refresh succeeds")
		}
		m.requested(t, "GET compute", "GET list", "GET list")
	})
	acctest.Run(t, "is waited for until the read times out", func(t *testing.T) {
		m := newMany(t, 2, nil)
		m.refresh(t, 0)
		m.e.Inject(emulator.Fault{Path: "/computes$", Delay: time.Minute})
		go m.core.Refresh(t.Context(), m.states[0])
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, d := m.core.Refresh(ctx, m.states[1])
		d.WantError(t, "waiting for the list of computes")
		time.Sleep(time.Hour)
	})
	acctest.Run(t, "is shared for a workspace in any letter case", func(t *testing.T) {
		m := newMany(t, 1, nil)
		m.refresh(t, 0)
		m.refresh(t, 0)
		capitals := strings.Replace(emulator.DefaultWorkspaceID, "ws0", "WS0", 1)
		data, d := m.core.ReadData(t.Context(), "azureml_batch_compute", acctest.Attributes{"name": manyName(0), "workspace_id": capitals})
		if d.Err() != nil {
			t.Fatal(d.Err())
		}
		m.requested(t, "GET compute", "GET list")
		if id := data.Text("id"); id != capitals+"/computes/"+manyName(0) {
			t.Errorf("the id is not in the caller's spelling: %s", id)
		}
	})
}

// Attaches share a list that is at most five seconds old to check for a second attachment.
// Only one of them requests it.
func TestAttachesShareLists(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMany(t, 0, nil, emulator.WithLatency(50*time.Millisecond))
		lists := func() (n int) {
			for _, request := range requests(m.e) {
				if request == "GET list" {
					n++
				}
			}
			return n
		}
		atATime(10, 10, func(i int) { m.attach(t, i) })
		if n := lists(); n != 1 {
			t.Errorf("ten at once: %d lists", n)
		}
		time.Sleep(5 * time.Second)
		m.attach(t, 10)
		if n := lists(); n != 2 {
			t.Errorf("five seconds later: %d lists", n)
		}
	})
}

// A conflict in an earlier list may be gone, so it triggers a fresh list.
func TestConflictTriggersAFreshList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMany(t, 0, nil)
		account := strings.Replace(emulator.DefaultBatchAccountID, "batch0", "batch1", 1)
		m.e.AddBatchAccount(account, "westeurope")
		putBatch(m.e, "outside", account)
		m.attach(t, 0)

		if _, d := m.core.Apply(t.Context(), acctest.State{}, byID(acctest.Attributes{"name": manyName(1), "batch_account_id": account})); d.Err() == nil ||
			!strings.Contains(d.Err().Error(), `as compute "outside"`) {
			t.Errorf("the error of the second attachment is %v", d.Err())
		}
		m.e.RemoveCompute(emulator.DefaultWorkspaceID + "/computes/outside")
		m.attach(t, 1)
	})
}

// If a shared list fails, the attach requests its own list.
func TestAttachListsAgainAfterAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMany(t, 0, nil)
		strange := emulator.Fault{Path: "/computes$", Status: 400, Body: `{"error": {"code": "Strange", "message": "Never seen."}}`, Times: 2}
		m.e.Inject(strange)
		_, d := m.core.Apply(t.Context(), acctest.State{}, byID(acctest.Attributes{"name": manyName(0)}))
		d.WantError(t, "Never seen.")
		m.attach(t, 0)
		lists := 0
		for _, request := range requests(m.e) {
			if request == "GET list" {
				lists++
			}
		}
		if lists != 3 {
			t.Errorf("%d lists, want two that fail and one that succeeds", lists)
		}
	})
}
