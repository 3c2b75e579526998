//go:build unix

package realcli_test

import (
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator/emulatortest"
)

// victims are the processes that SIGKILL can hit. The service sees the same in both cases,
// so one of them, the provider, is enough for make test.
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
	each(t, fast(attachMoments()), func(t *testing.T, at moment) { killAttach(t, at, (*command).killProvider) })
}

func TestSlowKillAttach(t *testing.T) {
	acctest.Slow(t)
	t.Parallel()
	eachVictim(t, attachMoments(), killAttach)
}

// killAttach kills a process during an attach: a compute that was attached by then is not in
// the state. The next apply reports it and suggests an import block. If nothing was
// attached, it attaches.
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

// TestSlowKillAttachThenAdopt: with adopt_existing, the next apply needs no manual step.
func TestSlowKillAttachThenAdopt(t *testing.T) {
	acctest.Slow(t)
	t.Parallel()
	each(t, attachMoments(), func(t *testing.T, at moment) {
		d := newDirectory(t, emulatortest.New(t, attachTakesTime), block("adopt_existing = true"))
		c := d.reach(at)
		c.killProvider()
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
