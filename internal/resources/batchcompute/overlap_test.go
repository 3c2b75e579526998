package batchcompute_test

import (
	"slices"
	"testing"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// Independent requests are sent together: an attach sends its first reads at once, as the time
// until the PUT shows, with 200 ms for each request.
func TestFirstReadsAreSentTogether(t *testing.T) {
	for name, test := range map[string]struct {
		preflight bool
		requests  []string
		before    time.Duration // of the PUT
	}{
		"preflight off": {false, []string{"GET compute", "GET list", "GET workspace"}, 200 * time.Millisecond},
		"preflight on":  {true, []string{"GET compute", "GET compute", "GET list", "GET workspace", "GET workspace"}, 400 * time.Millisecond}, // one is the Batch account
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t, emulator.WithLatency(200*time.Millisecond), emulator.WithOperationDuration(2*time.Second, 0))
			options := acctest.AsShipped
			core := acctest.NewEmulatorCore(t, e, options)
			if test.preflight {
				core = acctest.NewPreflightCore(t, e, options)
			}
			began := time.Now()
			if _, d := core.Apply(t.Context(), acctest.State{}, byID()); d.Err() != nil {
				t.Fatal(d.Err())
			}
			var before []string
			for _, request := range e.ARMRequests() {
				if request.Method == "PUT" {
					if at := request.Time.Sub(began); at > test.before {
						t.Errorf("the PUT is sent after %s, want %s", at, test.before)
					}
					break
				}
				before = append(before, inWords(request.Method, request.Path))
			}
			slices.Sort(before)
			if !slices.Equal(before, test.requests) {
				t.Errorf("before the PUT: %q, want %q", before, test.requests)
			}
			// The PUT, the operation, the poll in progress when it ends, and the last GET.
			if took := time.Since(began); took > test.before+200*time.Millisecond+2*time.Second+700*time.Millisecond+200*time.Millisecond {
				t.Errorf("the attach took %s", took)
			}
		})
	}
}
