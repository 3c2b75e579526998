//go:build unix

package realcli_test

import (
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator/emulatortest"
)

// victims are the processes that a kill -9 can hit. What the service sees is the same
// either way, so make test kills only the provider.
var victims = map[string]func(*command){"provider": (*command).killProvider, "CLI": (*command).kill}

// eachVictim runs a test for each process and each moment.
func eachVictim(t *testing.T, moments []moment, test func(*testing.T, moment, func(*command))) {
	t.Helper()
	for name, kill := range victims {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, moments, func(t *testing.T, at moment) { test(t, at, kill) })
		})
	}
}

func TestKillAttach(t *testing.T) {
	t.Parallel()
	each(t, quick(attachMoments()), func(t *testing.T, at moment) { killAttach(t, at, (*command).killProvider) })
}

func TestSlowKillAttach(t *testing.T) {
	acctest.Slow(t)
	t.Parallel()
	eachVictim(t, attachMoments(), killAttach)
}

// killAttach kills a process during an attach: what was attached by then is in no state.
// The next apply says so and how to go on; or it finds nothing, and attaches.
func killAttach(t *testing.T, at moment, kill func(*command)) {
	t.Helper()
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
}

// TestSlowKillAttachThenAdopt has adopt_existing set: the next apply needs no help.
func TestSlowKillAttachThenAdopt(t *testing.T) {
	acctest.Slow(t)
	t.Parallel()
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

func TestSlowKillDetach(t *testing.T) {
	acctest.Slow(t)
	t.Parallel()
	eachVictim(t, detachMoments(), func(t *testing.T, at moment, kill func(*command)) {
		for _, again := range []struct {
			name string
			do   func(*directory)
		}{{"destroy again", (*directory).destroys}, {"apply again", func(d *directory) { d.converges() }}} {
			t.Run(again.name, func(t *testing.T) {
				t.Parallel()
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
