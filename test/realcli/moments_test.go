//go:build unix

package realcli_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// moment is a point in the middle of an attach or a detach. The faults hold the
// provider there for as long as it takes; that it has come there is seen by a request.
type moment struct {
	name   string
	faults []emulator.Fault
	// method, path and nth are those of the request to wait for, and answered is
	// whether its answer has to be on its way too.
	method, path string
	nth          int
	answered     bool
	// says is what the error after a Ctrl-C says was going on.
	says string
	// taken is set when the service has accepted by then.
	taken bool
	// quick is set for those that make test has.
	quick bool
}

const (
	computePath = "/computes/" + name + "$"
	statusPath  = "/computeOperationsStatus/"
)

// hold lets the service do its work, but not answer while anybody waits.
func hold(method, path string, nth int) emulator.Fault {
	return emulator.Fault{Method: method, Path: path, Nth: nth, Delay: time.Hour}
}

// endless says of every operation that it has not ended, whatever time has passed.
func endless() emulator.Fault {
	return emulator.Fault{Path: statusPath, Times: -1, EditBody: func(status map[string]any) {
		for key := range status {
			delete(status, key)
		}
		status["status"] = "InProgress"
	}}
}

func attachMoments() []moment {
	const either = "Azure to attach the Batch account as compute \"" + name + "\"" // the reply may still be on its way
	const waiting = "waiting for " + either
	return []moment{
		{
			name: "looking for the name", faults: []emulator.Fault{hold("GET", computePath, 1)},
			method: "GET", path: computePath, nth: 1, says: "while reading",
		},
		{
			name: "reading the location", faults: []emulator.Fault{hold("GET", "/workspaces/ws0$", 1)},
			// the name and the list are read at the same time
			method: "GET", path: "/workspaces/ws0$", nth: 1, says: "ws0",
		},
		{
			name: "before the PUT is answered", faults: []emulator.Fault{hold("PUT", computePath, 1)},
			method: "PUT", path: computePath, nth: 1, says: "asking Azure to attach the Batch account as compute \"" + name + "\"", taken: true,
		},
		{
			name: "right after the PUT was accepted", faults: []emulator.Fault{endless()},
			method: "PUT", path: computePath, nth: 1, answered: true, says: either, taken: true,
		},
		{
			name: "while the status is polled", faults: []emulator.Fault{endless()},
			method: "GET", path: statusPath, nth: 1, answered: true, says: waiting, taken: true, quick: true,
		},
		{
			name: "before the status is answered", faults: []emulator.Fault{hold("GET", statusPath, 1)},
			method: "GET", path: statusPath, nth: 1, says: waiting, taken: true,
		},
		{
			// the first GET looks for the name
			name: "reading what was attached", faults: []emulator.Fault{hold("GET", computePath, 2)},
			method: "GET", path: computePath, nth: 2, says: waiting, taken: true,
		},
	}
}

func detachMoments() []moment {
	const either = "Azure to detach compute \"" + name + "\"" // the reply may still be on its way
	const waiting = "waiting for " + either
	return []moment{
		{
			name: "looking for the compute", faults: []emulator.Fault{hold("GET", computePath, 1)},
			method: "GET", path: computePath, nth: 1, says: "while reading",
		},
		{
			name: "before the DELETE is answered", faults: []emulator.Fault{hold("DELETE", computePath, 1)},
			method: "DELETE", path: computePath, nth: 1, says: "asking Azure to detach compute \"" + name + "\"", taken: true,
		},
		{
			name: "right after the DELETE was accepted", faults: []emulator.Fault{endless()},
			method: "DELETE", path: computePath, nth: 1, answered: true, says: either, taken: true,
		},
		{
			name: "while the status is polled", faults: []emulator.Fault{endless()},
			method: "GET", path: statusPath, nth: 1, answered: true, says: waiting, taken: true, quick: true,
		},
		{
			// the first GET looks for the compute
			name: "looking whether the name is free", faults: []emulator.Fault{hold("GET", computePath, 2)},
			method: "GET", path: computePath, nth: 2, says: waiting, taken: true,
		},
	}
}

// reach runs an apply of a saved plan up to the moment. What follows the moment is
// then without faults again. The plan is made before, so that only the provider's work
// on the resource is counted.
func (d *directory) reach(at moment, plan ...string) *command {
	d.t.Helper()
	d.must(append([]string{"plan", "-input=false", "-out=saved.plan"}, plan...)...)
	before := len(d.e.Requests())
	d.e.Inject(at.faults...)
	c := d.start("apply", "-input=false", "saved.plan")
	c.until(d.e, at.name, func(requests []emulator.Request) bool {
		return at.seen(requests[before:])
	})
	return c
}

func (m moment) seen(requests []emulator.Request) bool {
	seen := 0
	for _, request := range requests {
		onPath := strings.Contains(request.Path+"$", m.path)
		if request.Method != m.method || !onPath {
			continue
		}
		seen++
		if seen >= m.nth && (!m.answered || request.Status != 0 && request.Status < http.StatusBadRequest) {
			return true
		}
	}
	return false
}

// quick are the moments that make test has.
func quick(moments []moment) []moment {
	return slices.DeleteFunc(moments, func(m moment) bool { return !m.quick })
}

// each runs a test for each moment, in parallel.
func each(t *testing.T, moments []moment, test func(*testing.T, moment)) {
	t.Helper()
	for _, at := range moments {
		t.Run(at.name, func(t *testing.T) {
			t.Parallel()
			test(t, at)
		})
	}
}
