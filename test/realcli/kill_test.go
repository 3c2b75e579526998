//go:build unix

package realcli_test

import (
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// victims are the processes that SIGKILL can hit. The service sees the same in both cases,
// so one of them is enough for the fast tests.
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

// TestKillAttach: a compute that is attached during a kill is not in the state. The next
// apply reports it and suggests an import block. If nothing was attached, it attaches.
func TestKillAttach(t *testing.T) {
	eachVictim(t, attachMoments(), func(t *testing.T, at moment, kill func(*command)) {
		d := newDirectory(t, emulator.New(t, attachTakesTime), block())
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

// TestKillAttachThenAdopt: with adopt_existing, the next apply needs no manual step.
func TestKillAttachThenAdopt(t *testing.T) {
	slow(t)
	eachVictim(t, attachMoments(), func(t *testing.T, at moment, kill func(*command)) {
		d := newDirectory(t, emulator.New(t, attachTakesTime), block("adopt_existing = true"))
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
				d := newDirectory(t, emulator.New(t, detachTakesTime), block())
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
