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

// moment is a point during an attach or a detach. The faults hold the provider there, and a
// request shows that the provider has reached it.
type moment struct {
	name   string
	faults []emulator.Fault
	// method, path and nth identify the request to wait for; replied is set if its reply
	// must have been sent too.
	method, path string
	nth          int
	replied      bool
	// says is how the error after a Ctrl-C describes what was in progress.
	says string
	// taken is set if the service has accepted the write by then.
	taken bool
	// fast is set for moments that make test runs.
	fast bool
}

const (
	computePath = "/computes/" + name + "$"
	statusPath  = "/computeOperationsStatus/"
)

// hold delays the reply to a request, after the service has processed it, for longer than
// any client waits.
func hold(method, path string, nth int) emulator.Fault {
	return emulator.Fault{Method: method, Path: path, Nth: nth, Delay: time.Hour}
}

// endless keeps every operation in progress.
func endless() emulator.Fault {
	return emulator.Fault{Path: statusPath, Times: -1, EditBody: func(status map[string]any) {
		for key := range status {
			delete(status, key)
		}
		status["status"] = "InProgress"
	}}
}

func attachMoments() []moment {
	const either = "Azure to attach the Batch account as compute \"" + name + "\"" // before or after the reply arrives
	const waiting = "waiting for " + either
	return []moment{
		{
			name: "checking the name", faults: []emulator.Fault{hold("GET", computePath, 1)},
			method: "GET", path: computePath, nth: 1, says: "while reading",
		},
		{
			name: "reading the location", faults: []emulator.Fault{hold("GET", "/workspaces/ws0$", 1)},
			// the name and the list are read at the same time
			method: "GET", path: "/workspaces/ws0$", nth: 1, says: "ws0",
		},
		{
			name: "before the reply to the PUT", faults: []emulator.Fault{hold("PUT", computePath, 1)},
			method: "PUT", path: computePath, nth: 1, says: "asking Azure to attach the Batch account as compute \"" + name + "\"", taken: true,
		},
		{
			name: "right after the PUT was accepted", faults: []emulator.Fault{endless()},
			method: "PUT", path: computePath, nth: 1, replied: true, says: either, taken: true,
		},
		{
			name: "while the status is polled", faults: []emulator.Fault{endless()},
			method: "GET", path: statusPath, nth: 1, replied: true, says: waiting, taken: true, fast: true,
		},
		{
			name: "before the reply to a poll", faults: []emulator.Fault{hold("GET", statusPath, 1)},
			method: "GET", path: statusPath, nth: 1, says: waiting, taken: true,
		},
		{
			// The first GET checks the name.
			name: "reading the attached compute", faults: []emulator.Fault{hold("GET", computePath, 2)},
			method: "GET", path: computePath, nth: 2, says: waiting, taken: true,
		},
	}
}

func detachMoments() []moment {
	const either = "Azure to detach compute \"" + name + "\"" // before or after the reply arrives
	const waiting = "waiting for " + either
	return []moment{
		{
			name: "reading the compute", faults: []emulator.Fault{hold("GET", computePath, 1)},
			method: "GET", path: computePath, nth: 1, says: "while reading",
		},
		{
			name: "before the reply to the DELETE", faults: []emulator.Fault{hold("DELETE", computePath, 1)},
			method: "DELETE", path: computePath, nth: 1, says: "asking Azure to detach compute \"" + name + "\"", taken: true,
		},
		{
			name: "right after the DELETE was accepted", faults: []emulator.Fault{endless()},
			method: "DELETE", path: computePath, nth: 1, replied: true, says: either, taken: true,
		},
		{
			name: "while the status is polled", faults: []emulator.Fault{endless()},
			method: "GET", path: statusPath, nth: 1, replied: true, says: waiting, taken: true, fast: true,
		},
		{
			// The first GET reads the compute.
			name: "checking that the compute is gone", faults: []emulator.Fault{hold("GET", computePath, 2)},
			method: "GET", path: computePath, nth: 2, says: waiting, taken: true,
		},
	}
}

// reach runs an apply until the moment. It applies a saved plan, so that only requests of
// the apply are counted.
func (d *directory) reach(at moment, plan ...string) *command {
	d.t.Helper()
	d.must(append([]string{"plan", "-input=false", "-out=saved.plan"}, plan...)...)
	before := len(d.e.Requests())
	d.e.Inject(at.faults...)
	d.logLevel = "DEBUG" // with the process id that killProvider needs
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
		if seen >= m.nth && (!m.replied || request.Status != 0 && request.Status < http.StatusBadRequest) {
			return true
		}
	}
	return false
}

// fast returns the moments that make test runs.
func fast(moments []moment) []moment {
	return slices.DeleteFunc(moments, func(m moment) bool { return !m.fast })
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
