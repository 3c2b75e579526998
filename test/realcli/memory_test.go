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
)

// mostMemory is what the provider may have in memory, whatever it is sent.
const mostMemory = 150 << 20

// largest is a body of the size that the provider still reads, or nearly so.
func largest(before, repeated, after string) string {
	const size = 16<<20 - 1024
	return before + repeated + strings.Repeat(","+repeated, (size-len(before)-len(after))/(len(repeated)+1)-1) + after
}

// hostile are replies to each request, of which ten go on at a time, as Terraform has it.
var hostile = map[string]emulator.Fault{
	"as it should be":     {Nth: 1 << 30},
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
			e := emulator.New(t)
			d := newDirectory(t, e, reads(10, 10))
			putComputes(e, 10)
			fault.Path, fault.Times = "^/subscriptions/", -1
			e.Inject(fault)
			d.plansIn(mostMemory)
		})
	}
}

// Eight thousand computes on one page are more than any workspace has, and are listed.
func TestSlowMemoryOfALargeWorkspace(t *testing.T) {
	acctest.Slow(t)
	t.Parallel()
	e := emulator.New(t)
	d := newDirectory(t, e, reads(1, 1))
	putComputes(e, 7999)
	if output := d.plansIn(mostMemory); strings.Contains(output, "Error") {
		t.Errorf("it was not listed:\n%s", output)
	}
}

// reads is a configuration that looks up so many computes, and lists so many times.
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

// plansIn plans, and fails the test where the provider had more in memory, in bytes.
func (d *directory) plansIn(limit int64) (output string) {
	d.t.Helper()
	began := time.Now()
	plan := d.start("plan", "-input=false")
	most := int64(0)
	for running := true; running; {
		select {
		case <-plan.done:
			running = false
		case <-time.After(10 * time.Millisecond):
			log, _ := os.ReadFile(plan.log) // not there before the first line
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

// highWater is the most that a process had in memory, in bytes.
func highWater(pid string) (most int64) {
	status, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		return 0 // it has ended
	}
	if _, after, ok := bytes.Cut(status, []byte("VmHWM:")); ok {
		_, _ = fmt.Sscan(string(after), &most)
	}
	return most << 10
}
