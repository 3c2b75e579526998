//go:build unix

package examples_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator/emulatortest"
)

// The examples use two workspaces and two Batch accounts in each of two subscriptions.
const (
	otherSubscriptionID = "00000000-0000-0000-0000-000000000002"
	computeID           = emulator.DefaultWorkspaceID + "/computes/mybatchcompute"
)

var inOtherSubscription = strings.NewReplacer(emulator.DefaultSubscriptionID, otherSubscriptionID)

// directory is a copy of an example, in which the CLI runs.
type directory struct {
	t         *testing.T
	e         *emulator.Emulator
	path      string
	cli       string
	variables map[string]string
	before    []emulator.Compute
	accounts  []string
}

// open copies an example, and starts an emulator with the resources that it uses.
func open(t *testing.T, folder string, found example) *directory {
	t.Helper()
	e := emulatortest.New(t)
	for _, workspace := range []string{"ws0", "ws1"} {
		id := strings.TrimSuffix(emulator.DefaultWorkspaceID, "ws0") + workspace
		e.AddWorkspace(id, emulator.DefaultLocation)
		e.AddWorkspace(inOtherSubscription.Replace(id), emulator.DefaultLocation)
	}
	for _, account := range []string{"batch0", "batch1"} {
		id := strings.TrimSuffix(emulator.DefaultBatchAccountID, "batch0") + account
		e.AddBatchAccount(id, emulator.DefaultLocation)
		e.AddBatchAccount(inOtherSubscription.Replace(id), emulator.DefaultLocation)
	}
	if found.before != nil {
		found.before(e)
	}
	d := &directory{t: t, e: e, path: t.TempDir(), cli: clitest.Find(t), variables: e.Environment(), before: e.Computes(), accounts: e.BatchAccounts()}
	maps.Copy(d.variables, map[string]string{
		// For folders without values for their variables.
		"TF_VAR_workspace_id":                emulator.DefaultWorkspaceID,
		"TF_VAR_batch_account_id":            emulator.DefaultBatchAccountID,
		"TF_VAR_compute_id":                  computeID,
		"TF_VAR_stage":                       "development",
		"TF_VAR_client_secret":               "secret",
		"TF_VAR_client_certificate_password": "secret",
	})
	must(t, os.CopyFS(d.path, os.DirFS(filepath.Join(root, folder))))
	return d
}

// attached adds a compute that the Python SDK attached.
func attached(e *emulator.Emulator) {
	e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: "mybatchcompute", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID})
}

// configuration returns all .tf files, concatenated.
func (d *directory) configuration() string {
	d.t.Helper()
	files, err := filepath.Glob(filepath.Join(d.path, "*.tf"))
	must(d.t, err)
	var all strings.Builder
	for _, file := range files {
		all.WriteString(d.read(filepath.Base(file)))
	}
	return all.String()
}

func (d *directory) read(file string) string {
	d.t.Helper()
	content, err := os.ReadFile(filepath.Join(d.path, file))
	must(d.t, err)
	return string(content)
}

func (d *directory) write(file, content string) {
	d.t.Helper()
	must(d.t, os.WriteFile(filepath.Join(d.path, file), []byte(content), 0o600))
}

func (d *directory) remove(file string) {
	d.t.Helper()
	must(d.t, os.Remove(filepath.Join(d.path, file)))
}

// run runs the CLI, and returns its exit code.
func (d *directory) run(arguments ...string) (output string, code int) {
	d.t.Helper()
	return d.command(d.cli, append(arguments, "-no-color")...)
}

func (d *directory) command(name string, arguments ...string) (output string, code int) {
	d.t.Helper()
	const timeout = 3 * time.Minute // commands take seconds
	ctx, cancel := context.WithTimeout(d.t.Context(), timeout)
	defer cancel()
	command := exec.CommandContext(ctx, name, arguments...)
	command.Dir, command.Env, command.WaitDelay = d.path, clitest.Environment(d.variables), time.Second
	combined, err := command.CombinedOutput()
	if exit := new(exec.ExitError); err != nil && (!errors.As(err, &exit) || ctx.Err() != nil) {
		d.t.Fatalf("%s %s: %v\n%s", filepath.Base(name), strings.Join(arguments, " "), err, combined)
	}
	code = command.ProcessState.ExitCode()
	d.t.Logf("$ %s %s (%d)\n%s", filepath.Base(name), strings.Join(arguments, " "), code, combined)
	return string(combined), code
}

// must runs a command that must succeed.
func (d *directory) must(arguments ...string) string {
	d.t.Helper()
	output, code := d.run(arguments...)
	if code != 0 {
		d.t.Fatalf("%s: exit code %d\n%s", strings.Join(arguments, " "), code, output)
	}
	return output
}

func (d *directory) init() {
	d.t.Helper()
	d.must("init", "-input=false", "-plugin-dir="+built.PluginsDir(d.t))
}

// serve starts the provider for all commands that follow; package realcli tests that the CLI
// starts it. The provider blocks of a configuration with aliases need a process each.
func (d *directory) serve() {
	d.t.Helper()
	if !strings.Contains(d.configuration(), "alias ") {
		built.Serve(d.t, d.cli, d.variables)
	}
}

func (d *directory) apply() string {
	d.t.Helper()
	return d.must("apply", "-auto-approve", "-input=false")
}

func (d *directory) plannedEmpty(arguments ...string) {
	d.t.Helper()
	if output, code := d.run(append([]string{"plan", "-input=false", "-detailed-exitcode"}, arguments...)...); code != 0 {
		d.t.Errorf("a second plan has changes:\n%s", output)
	}
}

// attributes are the attributes in the state that a request's body depends on.
type attributes struct {
	ID             string            `json:"id"`
	BatchAccountID string            `json:"batch_account_id"`
	Location       string            `json:"location"`
	Description    *string           `json:"description"`
	Tags           map[string]string `json:"tags"`
}

// state returns the Batch computes in the state file.
func (d *directory) state() []attributes {
	d.t.Helper()
	type resource struct {
		Mode, Type string
		Instances  []struct{ Attributes json.RawMessage }
	}
	var computes []attributes
	for _, resource := range clitest.Resources[resource](d.t, d.path) {
		for _, instance := range resource.Instances {
			if resource.Mode == "managed" && resource.Type == "azureml_batch_compute" {
				var compute attributes
				must(d.t, json.Unmarshal(instance.Attributes, &compute))
				computes = append(computes, compute)
			}
		}
	}
	return computes
}
