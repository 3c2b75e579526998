//go:build linux

package realcli_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator/emulatortest"
)

// mostMemory bounds the provider's memory, in bytes, whatever the replies.
const mostMemory = 150 << 20

// largest returns a body of nearly the largest size that the provider reads.
func largest(before, repeated, after string) string {
	const size = 16<<20 - 1024
	return before + repeated + strings.Repeat(","+repeated, (size-len(before)-len(after))/(len(repeated)+1)-1) + after
}

// hostile are replies to every request; Terraform sends ten requests at a time.
var hostile = map[string]emulator.Fault{
	"normal replies":      {Nth: 1 << 30},
	"endless":             {Endless: true},
	"two gigabytes":       {Pad: 2 << 30},
	"many objects":        {Status: 200, Body: largest(`{"value":[`, `{"":0}`, `]}`)},
	"many lists":          {Status: 200, Body: largest(`{"value":[`, `[]`, `]}`)},
	"many values":         {Status: 200, Body: `{"value":[` + strings.TrimSuffix(strings.Repeat(`{"":0},`, 149_000), ",") + `]}`},
	"long values":         {Status: 200, Body: `{"value":[` + strings.TrimSuffix(strings.Repeat(`{"":"`+strings.Repeat("x", 90)+`"},`, 149_000), ",") + `]}`},
	"many computes":       {Status: 200, Body: largest(`{"value":[`, `{"name":"x","properties":{"computeType":"Batch","resourceId":"/a"}}`, `]}`)},
	"many errors":         {Status: 200, Body: largest(`{"name":"x","properties":{"computeType":"Batch","resourceId":"/a","provisioningErrors":[`, `{"code":"a"}`, `]}}`)},
	"many tags":           {Status: 200, Body: largest(`{"name":"x","properties":{"computeType":"Batch","resourceId":"/a"},"tags":{`, `"a":"b"`, `}}`)},
	"a long description":  {Status: 200, Body: largest(`{"name":"x","properties":{"computeType":"Batch","resourceId":"/a","description":"`, `x`, `"}}`)},
	"a long refusal":      {Status: 400, Body: largest(`{"error":{"code":"x","message":"`, `x`, `"}}`)},
	"many details":        {Status: 400, Body: largest(`{"error":{"code":"x","details":[`, `{"code":"a"}`, `]}}`)},
	"a page of a proxy":   {Status: 200, Body: largest("<html>", "x", "</html>")},
	"a page without JSON": {Status: 503, Body: largest("<html>", "x", "</html>")},
}

func TestSlowMemoryIsBounded(t *testing.T) {
	acctest.Slow(t)
	t.Parallel()
	for kind, fault := range hostile {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			e := emulatortest.New(t)
			d := newDirectory(t, e, reads(10, 10))
			putComputes(e, 10)
			fault.Path, fault.Times = "^/subscriptions/", -1
			e.Inject(fault)
			d.plansIn(mostMemory)
		})
	}
}

// Eight thousand computes on one page, more than any workspace has, can be listed.
func TestSlowMemoryOfALargeWorkspace(t *testing.T) {
	acctest.Slow(t)
	t.Parallel()
	e := emulatortest.New(t)
	d := newDirectory(t, e, reads(1, 1))
	putComputes(e, 7999)
	if output := d.plansIn(mostMemory); strings.Contains(output, "Error") {
		t.Errorf("the list failed:\n%s", output)
	}
}

// reads returns a configuration that reads a number of computes, and lists a number of times.
func reads(computes, lists int) string {
	return fmt.Sprintf(`
data "azureml_batch_compute" "each" {
  count        = %[2]d
  name         = "compute${count.index}"
  workspace_id = %[1]q
}
data "azureml_batch_computes" "all" {
  count        = %[3]d
  workspace_id = %[1]q
}`, emulator.DefaultWorkspaceID, computes, lists)
}

func putComputes(e *emulator.Emulator, n int) {
	for i := range n {
		e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: fmt.Sprintf("compute%d", i), ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID})
	}
}

// plansIn runs plan, and fails the test if the provider's memory exceeds limit, in bytes.
func (d *directory) plansIn(limit int64) (output string) {
	d.t.Helper()
	began := time.Now()
	d.logLevel = "DEBUG" // with the provider's process id
	plan := d.start("plan", "-input=false")
	most := int64(0)
	for running := true; running; {
		select {
		case <-plan.done:
			running = false
		case <-time.After(10 * time.Millisecond):
			log, _ := os.ReadFile(plan.log) // does not exist before the first line
			for _, started := range pluginStarted.FindAllSubmatch(log, -1) {
				most = max(most, highWater(string(started[1])))
			}
		}
	}
	d.t.Logf("%d MB, %s", most>>20, time.Since(began).Round(time.Second/10))
	if most == 0 || most > limit {
		d.t.Errorf("the provider had %d MB in memory", most>>20)
	}
	return plan.output()
}

// highWater returns the peak memory of a process, in bytes.
func highWater(pid string) (most int64) {
	status, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		return 0 // the process has ended
	}
	if _, after, ok := bytes.Cut(status, []byte("VmHWM:")); ok {
		_, _ = fmt.Sscan(string(after), &most)
	}
	return most << 10
}
