//go:build unix

package realcli_test

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator/emulatortest"
)

// Everyday changes for which an apply creates and destroys the same compute. Afterwards
// Azure matches the state, and the next plan is empty.
func TestMoves(t *testing.T) {
	t.Parallel()
	eachMove(t, quickMoves, usual)
}

// quickMoves are those that make test runs. TestOwnership has many more, in one process.
var quickMoves = []string{"an adopter is replaced, create before destroy", "a count is shifted, adopting, one DELETE slow", "two resources have one name"}

// usual is how most people run an apply.
var usual = way{0, 10, true}

// TestSlowMoves runs the moves in more ways, and with AZUREML_TEST_SLOW=all in every way.
func TestSlowMoves(t *testing.T) {
	acctest.Slow(t)
	t.Parallel()
	all := slices.Collect(maps.Keys(moves))
	if os.Getenv("AZUREML_TEST_SLOW") != "all" {
		eachMove(t, all, usual, way{0, 1, false}, way{100 * time.Millisecond, 1, true}, way{300 * time.Millisecond, 10, false})
		return
	}
	for _, latency := range []time.Duration{0, 100 * time.Millisecond, 300 * time.Millisecond} {
		for _, parallelism := range []int{1, 10} {
			eachMove(t, all, way{latency, parallelism, true}, way{latency, parallelism, false})
		}
	}
}

func eachMove(t *testing.T, names []string, ways ...way) {
	t.Helper()
	for _, name := range names {
		move := moves[name]
		for _, way := range ways {
			t.Run(fmt.Sprintf("%s/%s", name, way), func(t *testing.T) {
				t.Parallel()
				d := newEstate(t, way)
				move(t, d)
				d.alike()
				if output, code := d.run("plan", "-input=false", "-detailed-exitcode"); code != 0 {
					t.Errorf("the next plan has changes:\n%s", output)
				}
			})
		}
	}
}

// way says how an apply is run.
type way struct {
	latency     time.Duration
	parallelism int
	preflight   bool
}

func (w way) String() string {
	return fmt.Sprintf("%s a call, parallelism %d, preflight %t", w.latency, w.parallelism, w.preflight)
}

// moves are changes that a user makes.
var moves = map[string]func(*testing.T, *estate){
	"an adopter is replaced, create before destroy": func(_ *testing.T, d *estate) {
		d.write("main.tf", res("a", "x", 0, adopts, before))
		d.applies()
		clitest.Says(d.t, d.applies("-replace=azureml_batch_compute.a"), "was not detached")
	},
	"an adopter is replaced by replace_triggered_by": func(_ *testing.T, d *estate) {
		config := `resource "terraform_data" "trigger" {
  input = %q
}
` + res("a", "x", 0, adopts, "  lifecycle {\n    create_before_destroy = true\n    replace_triggered_by  = [terraform_data.trigger]\n  }\n")
		d.write("main.tf", fmt.Sprintf(config, "one"))
		d.applies()
		d.write("main.tf", fmt.Sprintf(config, "two"))
		clitest.Says(d.t, d.applies(), "was not detached")
	},
	"a destroy is interrupted, and an apply creates before it destroys": func(t *testing.T, d *estate) {
		d.write("main.tf", res("a", "x", 0, before))
		d.applies()
		destroy := d.start("destroy", "-auto-approve", "-input=false")
		d.wait("DELETE")
		destroy.interrupt()
		if _, code := destroy.end(); code == 0 {
			t.Fatal("the destroy was not interrupted")
		}
		d.applies()
	},
	"a saved plan replaces a compute that was detached since, create before destroy": func(t *testing.T, d *estate) {
		d.write("main.tf", res("a", "x", 0, before))
		d.applies()
		d.must("plan", "-input=false", "-replace=azureml_batch_compute.a", "-out=saved")
		if !d.e.RemoveCompute(d.id("x")) {
			t.Fatal("there is nothing to detach")
		}
		d.must("apply", "-input=false", d.parallel(), "saved")
	},
	"six are renamed, adopting": func(_ *testing.T, d *estate) {
		config := func(prefix string) (all string) {
			for i := range 6 {
				all += res(prefix+strconv.Itoa(i), "x"+strconv.Itoa(i), i, adopts)
			}
			return all
		}
		d.write("main.tf", config("old"))
		d.applies()
		d.write("main.tf", config("new"))
		d.applies()
	},
	"a count is shifted, adopting, one DELETE slow": func(_ *testing.T, d *estate) {
		config := `variable "names" {
  default = %s
}
resource "azureml_batch_compute" "a" {
  count            = length(var.names)
  name             = var.names[count.index]
  workspace_id     = %q
  batch_account_id = replace(%q, "batch0", "batch${substr(var.names[count.index], 1, 1)}")
  adopt_existing   = true
}
`
		d.write("main.tf", fmt.Sprintf(config, `["x0", "x1"]`, emulator.DefaultWorkspaceID, emulator.DefaultBatchAccountID))
		d.applies()
		d.e.Inject(emulator.Fault{Method: http.MethodDelete, Path: "/computes/x1", Until: &emulator.Until{AtMost: 2 * time.Second, Method: "PUT"}})
		d.write("main.tf", fmt.Sprintf(config, `["x1"]`, emulator.DefaultWorkspaceID, emulator.DefaultBatchAccountID))
		d.applies()
	},
	"two resources have one name": func(_ *testing.T, d *estate) {
		d.onlyOne(res("a", "x", 0), res("b", "X", 1))
	},
	"two resources adopt one compute": func(_ *testing.T, d *estate) {
		d.e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "x", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID})
		d.onlyOne(res("a", "x", 0, adopts), res("b", "x", 0, adopts))
	},
}

// A plan does not warn about names of computes in the state, refreshed or not.
func TestPlansDoNotWarnOfTheirOwn(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*estate) []string{
		"renamed": func(d *estate) []string {
			d.write("main.tf", res("b", "x", 0))
			return nil
		},
		"tainted, not refreshed": func(d *estate) []string {
			d.must("taint", "azureml_batch_compute.a")
			return []string{"-refresh=false"}
		},
		"renamed, not refreshed": func(d *estate) []string {
			d.write("main.tf", res("b", "x", 0))
			return []string{"-refresh=false"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newEstate(t, way{100 * time.Millisecond, 10, true})
			d.write("main.tf", res("a", "x", 0))
			d.applies()
			if output := d.must(append([]string{"plan", "-input=false"}, prepare(d)...)...); strings.Contains(output, "Warning") {
				t.Errorf("the plan warns:\n%s", output)
			}
		})
	}
	t.Run("not in the state", func(t *testing.T) {
		t.Parallel()
		d := newEstate(t, way{100 * time.Millisecond, 10, true})
		d.e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "x", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID})
		d.write("main.tf", res("a", "x", 0))
		clitest.Says(t, d.must("plan", "-input=false"), `The name "x" is taken`)
	})
}

const (
	adopts = "  adopt_existing = true\n"
	before = "  lifecycle {\n    create_before_destroy = true\n  }\n"
)

// res returns a resource with a label, a name and the number of a Batch account.
func res(label, name string, account int, more ...string) string {
	return fmt.Sprintf("resource \"azureml_batch_compute\" %q {\n  name             = %q\n  workspace_id     = %q\n  batch_account_id = %q\n%s}\n",
		label, name, emulator.DefaultWorkspaceID, numbered(account), strings.Join(more, ""))
}

func numbered(account int) string {
	return strings.Replace(emulator.DefaultBatchAccountID, "batch0", "batch"+strconv.Itoa(account), 1)
}

// estate is a directory with several resources.
type estate struct {
	*directory

	way way
}

func newEstate(t *testing.T, way way) *estate {
	t.Helper()
	e := emulatortest.New(t, emulator.WithLatency(way.latency), emulator.WithOperationDuration(time.Second, time.Second))
	for i := range 6 {
		e.AddBatchAccount(numbered(i), "westeurope")
	}
	d := newDirectory(t, e, "")
	d.variables["AZUREML_PREFLIGHT"] = strconv.FormatBool(way.preflight)
	return &estate{d, way}
}

func (d *estate) parallel() string { return "-parallelism=" + strconv.Itoa(d.way.parallelism) }

func (d *estate) applies(arguments ...string) string {
	d.t.Helper()
	return d.must(append([]string{"apply", "-auto-approve", "-input=false", d.parallel()}, arguments...)...)
}

func (d *estate) id(name string) string { return emulator.DefaultWorkspaceID + "/computes/" + name }

// onlyOne applies two resources that exclude each other, and then the one that was created.
func (d *estate) onlyOne(blocks ...string) {
	d.t.Helper()
	d.write("main.tf", strings.Join(blocks, ""))
	output, code := d.run("apply", "-auto-approve", "-input=false", d.parallel())
	if code == 0 {
		d.t.Fatal("both were created")
	}
	clitest.Says(d.t, strings.Join(strings.Fields(strings.ReplaceAll(output, "│", "")), " "), "Another resource of this run has attached or adopted")
	d.alike()
	kept := slices.IndexFunc(blocks, func(block string) bool {
		return strings.Contains(block, strconv.Quote(strings.TrimPrefix(d.inState()[0], "azureml_batch_compute.")))
	})
	d.write("main.tf", blocks[kept])
	d.applies()
}

// wait waits until the service has processed a request with the method.
func (d *estate) wait(method string) {
	d.t.Helper()
	over := time.After(waitLimit)
	taken := func(r emulator.Request) bool { return r.Method == method && r.Decided != 0 }
	for !slices.ContainsFunc(d.e.ARMRequests(), taken) {
		select {
		case <-over:
			d.t.Fatalf("there was no %s", method)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// instance is one object of a resource in the state.
type instance struct {
	Deposed    string
	Attributes struct {
		ID             string `json:"id"`
		BatchAccountID string `json:"batch_account_id"`
	}
}

type named struct {
	Type, Name string
	Instances  []instance
}

func (d *estate) inState() (addresses []string) {
	d.t.Helper()
	for _, r := range clitest.Resources[named](d.t, d.path) {
		if r.Type == "azureml_batch_compute" {
			addresses = append(addresses, r.Type+"."+r.Name)
		}
	}
	return addresses
}

// alike checks that Azure and the state have the same computes, each once.
func (d *estate) alike() {
	d.t.Helper()
	var state, azure []string
	for _, r := range clitest.Resources[named](d.t, d.path) {
		for _, i := range r.Instances {
			if r.Type == "azureml_batch_compute" {
				state = append(state, strings.ToLower(filepath.Base(i.Attributes.ID)+" "+i.Attributes.BatchAccountID+i.Deposed))
			}
		}
	}
	for _, c := range d.e.Computes() {
		azure = append(azure, strings.ToLower(c.Name+" "+c.ResourceID))
	}
	slices.Sort(state)
	slices.Sort(azure)
	if !slices.Equal(state, azure) || len(state) == 0 {
		d.t.Errorf("the state and Azure differ:\n state %q\n Azure %q", state, azure)
	}
}
