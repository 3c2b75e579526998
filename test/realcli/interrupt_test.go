//go:build unix

package realcli_test

import (
	"testing"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator/emulatortest"
)

// Operations take time, so that the command after an interrupt often finds the interrupted
// operation in progress. No test depends on it.
var (
	attachTakesTime = emulator.WithOperationDuration(2*time.Second, 0)
	detachTakesTime = emulator.WithOperationDuration(0, 2*time.Second)
)

func TestInterruptAttach(t *testing.T) {
	t.Parallel()
	each(t, fast(attachMoments()), interruptAttach)
}

func TestSlowInterruptAttach(t *testing.T) {
	acctest.Slow(t)
	t.Parallel()
	each(t, attachMoments(), interruptAttach)
}

func interruptAttach(t *testing.T, at moment) {
	t.Helper()
	d := newDirectory(t, emulatortest.New(t, attachTakesTime), block())
	c := d.reach(at)
	c.interrupt()
	output, code := c.end()
	if code == 0 {
		t.Error("the interrupted apply succeeded")
	}
	clitest.Says(t, output, "Interrupted while", at.says, name)
	if at.taken {
		// The output says what Azure may still do, and what to run next.
		clitest.Says(t, output, "Azure", "accepted", "The compute is in the state, marked as tainted", "the next apply", "terraform untaint")
	}
	if d.tainted() != at.taken {
		t.Errorf("the state has %+v", d.resources())
	}
	d.e.ClearFaults()
	d.converges()
	d.nothingIsLost()
}

func TestInterruptDetach(t *testing.T) {
	t.Parallel()
	each(t, fast(detachMoments()), destroyAgain)
}

func TestSlowInterruptDetach(t *testing.T) {
	acctest.Slow(t)
	t.Parallel()
	each(t, detachMoments(), func(t *testing.T, at moment) {
		t.Run("destroy again", func(t *testing.T) {
			t.Parallel()
			destroyAgain(t, at)
		})
		t.Run("apply again", func(t *testing.T) {
			t.Parallel()
			d := interruptedDetach(t, at)
			d.converges()
			d.nothingIsLost()
		})
	})
}

func destroyAgain(t *testing.T, at moment) {
	t.Helper()
	d := interruptedDetach(t, at)
	d.destroys()
	d.nothingIsLost()
}

func interruptedDetach(t *testing.T, at moment) *directory {
	t.Helper()
	d := newDirectory(t, emulatortest.New(t, detachTakesTime), block())
	d.must("apply", "-auto-approve", "-input=false")
	c := d.reach(at, "-destroy")
	c.interrupt()
	output, code := c.end()
	if code == 0 {
		t.Error("the interrupted destroy succeeded")
	}
	clitest.Says(t, output, "Interrupted while", at.says, name, "The compute stays in the state", "the next destroy or apply")
	if at.taken {
		clitest.Says(t, output, "Azure", "accepted")
	}
	if len(d.resources()) != 1 {
		t.Errorf("the state has %+v", d.resources())
	}
	d.e.ClearFaults()
	return d
}
