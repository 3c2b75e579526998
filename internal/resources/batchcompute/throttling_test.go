package batchcompute_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// More requests than Resource Manager's documented limits allow all succeed in the end: 400
// attaches, then 1,000 refreshes, forty at a time, as with -parallelism=40.
func TestThrottling(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := acctest.NewEmulator(t, emulator.WithThrottling())
		core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
		states := make([]acctest.State, 400)
		atATime(40, len(states), func(i int) {
			account := strings.Replace(emulator.DefaultBatchAccountID, "batch0", fmt.Sprintf("batch%d", i+1), 1)
			e.AddBatchAccount(account, "westeurope")
			var d acctest.Diagnostics
			states[i], d = core.Apply(t.Context(), acctest.State{}, byID(acctest.Attributes{
				"name": fmt.Sprintf("batch-%d", i), "batch_account_id": account, "location": "westeurope",
			}))
			if d.Err() != nil {
				t.Errorf("attach %d: %v", i, d.Err())
			}
		})
		atATime(40, 1000, func(i int) {
			if state, d := core.Refresh(t.Context(), states[i%len(states)]); d.Err() != nil || !state.Exists() {
				t.Errorf("refresh %d: %v", i, d.Err())
			}
		})
		throttled := 0
		for _, request := range e.ARMRequests() {
			if request.Status == http.StatusTooManyRequests {
				throttled++
			}
		}
		if throttled == 0 {
			t.Error("nothing was throttled, so the test proves nothing")
		}
		t.Logf("%d of %d requests were throttled", throttled, len(e.ARMRequests()))
	})
}

// atATime calls do n times, with up to many calls at a time.
func atATime(many, n int, do func(int)) {
	next := make(chan int)
	var workers sync.WaitGroup
	for range many {
		workers.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	workers.Wait()
}
