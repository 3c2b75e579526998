//go:build unix

package realcli_test

import (
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator/emulatortest"
)

// victims are the processes that a kill -9 can hit. What the service sees is the same
// either way, so that one of the two is enough for every day.
var victims = []struct {
	name string
	kill func(*command)
	slow bool
}{
	{"provider", (*command).killProvider, false},
	{"CLI", (*command).kill, true},
}

// eachVictim runs a test for each process and each moment.
func eachVictim(t *testing.T, moments []moment, test func(*testing.T, moment, func(*command))) {
	t.Helper()
	t.Parallel()
	for _, victim := range victims {
		t.Run(victim.name, func(t *testing.T) {
			if victim.slow {
				slow(t)
			}
			each(t, moments, func(t *testing.T, at moment) { test(t, at, victim.kill) })
		})
	}
}

// TestKillAttach: what was attached when somebody is killed is in no state. The next
// apply says so, with the way to go on; or it finds nothing, and attaches.
func TestKillAttach(t *testing.T) {
	eachVictim(t, attachMoments(), func(t *testing.T, at moment, kill func(*command)) {
		d := newDirectory(t, emulatortest.New(t, attachTakesTime), block())
		c := d.reach(at)
		kill(c)
		if _, code := c.end(); code == 0 {
			t.Error("the killed apply succeeded")
		}
		d.e.ClearFaults()
		if imported := d.converges(); imported != at.taken {
			t.Errorf("the next apply asked for an import: %t; the service had accepted: %t", imported, at.taken)
		}
		d.nothingIsLost()
	})
}

// TestKillAttachThenAdopt goes on as a person does who keeps adopt_existing set: nobody
// has to do anything.
func TestKillAttachThenAdopt(t *testing.T) {
	slow(t)
	eachVictim(t, attachMoments(), func(t *testing.T, at moment, kill func(*command)) {
		d := newDirectory(t, emulatortest.New(t, attachTakesTime), block("adopt_existing = true"))
		c := d.reach(at)
		kill(c)
		c.end()
		d.e.ClearFaults()
		d.must("apply", "-auto-approve", "-input=false")
		d.attachedOnce()
		d.nothingIsLost()
	})
}

func TestKillDetach(t *testing.T) {
	slow(t)
	eachVictim(t, detachMoments(), func(t *testing.T, at moment, kill func(*command)) {
		for _, again := range []struct {
			name string
			do   func(*directory)
		}{{"destroy again", (*directory).destroys}, {"apply again", func(d *directory) { d.converges() }}} {
			t.Run(again.name, func(t *testing.T) {
				d := newDirectory(t, emulatortest.New(t, detachTakesTime), block())
				d.must("apply", "-auto-approve", "-input=false")
				c := d.reach(at, "-destroy")
				kill(c)
				if _, code := c.end(); code == 0 {
					t.Error("the killed destroy succeeded")
				}
				d.e.ClearFaults()
				again.do(d)
				d.nothingIsLost()
			})
		}
	})
}
