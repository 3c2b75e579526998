//go:build unix

package realcli_test

import (
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator/emulatortest"
)

const shortCreate = "  timeouts {\n    create = \"2s\"\n  }"

// TestSlowTimeoutOfAttach: the configured timeout ends before the attach. The error has the
// last failure, not only that the attach timed out.
func TestSlowTimeoutOfAttach(t *testing.T) {
	acctest.Slow(t)
	t.Parallel()
	e := emulatortest.New(t, attachTakesTime)
	d := newDirectory(t, e, block(shortCreate))
	const requestID = "00000000-0000-0000-0000-0000000000ee"
	e.Inject(emulator.Fault{
		Path: statusPath, Times: -1, Status: 503, Header: map[string]string{"x-ms-request-id": requestID},
		Body: `{"error": {"code": "ServerTimeout", "message": "The region is busy."}}`,
	})
	output, code := d.apply()
	if code == 0 {
		t.Error("an attach that does not end succeeded")
	}
	clitest.Says(t, output, "Timed out while waiting for Azure to attach the Batch account as compute \""+name+"\"",
		"Azure has accepted the attach and continues in the background",
		"ServerTimeout: The region is busy.", "Request id: "+requestID,
		"marked as tainted", "the next apply", "terraform untaint")
	if !d.tainted() {
		t.Errorf("the state has %+v", d.resources())
	}
	e.ClearFaults()
	d.write("main.tf", block("  timeouts {\n    create = \"5m\"\n  }"))
	d.converges()
	d.nothingIsLost()
}

// TestSlowTimeoutBeforeAttach: the timeout ends before the service has accepted the attach.
func TestSlowTimeoutBeforeAttach(t *testing.T) {
	acctest.Slow(t)
	t.Parallel()
	for _, at := range attachMoments() {
		if at.taken {
			continue
		}
		t.Run(at.name, func(t *testing.T) {
			t.Parallel()
			e := emulatortest.New(t)
			d := newDirectory(t, e, block(shortCreate))
			e.Inject(at.faults...)
			output, code := d.apply()
			if code == 0 || len(d.resources()) > 0 {
				t.Errorf("exit code %d, and the state has %+v", code, d.resources())
			}
			clitest.Says(t, output, "Cannot attach the Batch account as compute \""+name+"\"", "Timed out while", at.says)
			e.ClearFaults()
			d.converges()
			d.nothingIsLost()
		})
	}
}

// TestSlowTimeoutOfDetach: the compute stays in the state, and the next destroy completes.
func TestSlowTimeoutOfDetach(t *testing.T) {
	acctest.Slow(t)
	t.Parallel()
	e := emulatortest.New(t)
	d := newDirectory(t, e, block("  timeouts {\n    delete = \"2s\"\n  }"))
	d.must("apply", "-auto-approve", "-input=false")
	e.Inject(endless())
	output, code := d.run("destroy", "-auto-approve", "-input=false")
	if code == 0 || len(d.resources()) != 1 {
		t.Errorf("exit code %d, and the state has %+v", code, d.resources())
	}
	clitest.Says(t, output, "Timed out while waiting for Azure to detach compute \""+name+"\"",
		"Azure has accepted the detach and continues in the background",
		"The compute stays in the state", "the next destroy or apply")
	e.ClearFaults()
	d.destroys()
	d.nothingIsLost()
}
