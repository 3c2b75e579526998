//go:build unix

package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator/emulatortest"
)

// program is the program in a process of its own, with an emulator as its Azure.
type program struct {
	*exec.Cmd
	t      *testing.T
	azure  *emulator.Emulator
	out    string
	output output
}

// output is a buffer that can be read while a process writes to it.
type output struct {
	mutex  sync.Mutex
	buffer bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.buffer.Write(b)
}

func (o *output) String() string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.buffer.String()
}

func start(t *testing.T, stdin string, options []emulator.Option, args ...string) *program {
	t.Helper()
	e := emulatortest.New(t, options...)
	p := &program{t: t, azure: e, out: filepath.Join(t.TempDir(), "verify")}
	p.Cmd = exec.Command(os.Args[0], append([]string{
		"-workspace", emulator.DefaultWorkspaceID, "-batch-account", emulator.DefaultBatchAccountID, "-out", p.out,
	}, args...)...)
	p.Env = append(clitest.Environment(e.Environment()), asProgram+"=1")
	p.Stdin, p.Stdout, p.Stderr = strings.NewReader(stdin), &p.output, &p.output
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// reached waits until the emulator receives a request with the method and this in its path.
func (p *program) reached(method, path string) {
	p.t.Helper()
	p.until(method, func() bool {
		return slices.ContainsFunc(p.azure.ARMRequests(), func(r emulator.Request) bool {
			return r.Method == method && strings.Contains(r.Path, path)
		})
	})
}

// until polls until a condition that depends on another process is true.
func (p *program) until(what string, happened func() bool) {
	p.t.Helper()
	for range 2400 {
		if happened() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	p.t.Fatalf("no %s within two minutes:\n%s", what, &p.output)
}

// ends waits for the process to exit, and checks its exit code and its output.
func (p *program) ends(code int, says ...string) {
	p.t.Helper()
	_ = p.Wait() // The exit code is checked instead.
	if got := p.ProcessState.ExitCode(); got != code {
		p.t.Errorf("exit code %d, want %d:\n%s", got, code, &p.output)
	}
	for _, text := range says {
		if !strings.Contains(p.output.String(), text) {
			p.t.Errorf("the output does not say %q:\n%s", text, &p.output)
		}
	}
}

func TestHelpSucceeds(t *testing.T) {
	if err := run([]string{"-h"}, os.Getenv, strings.NewReader(""), io.Discard); err != nil {
		t.Error(err)
	}
}

// TestBadSettingsEndItBeforeItAttaches: nothing is attached that could not be recorded.
func TestBadSettingsEndItBeforeItAttaches(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for says, args := range map[string][]string{
		`unexpected argument "risky"`: {"-yes", "risky"},
		"not a directory":             {"-yes", "-out", filepath.Join(file, "verify")},
	} {
		p := start(t, "", nil, args...)
		p.ends(1, says)
		if sent := writes(p.azure); len(sent) > 0 {
			t.Errorf("%s: it sent %v", says, sent)
		}
	}
	getenv := func(name string) string { return map[string]string{"ARM_USE_MSI": "maybe"}[name] }
	args := []string{"-workspace", emulator.DefaultWorkspaceID, "-batch-account", emulator.DefaultBatchAccountID, "-yes"}
	if err := run(args, getenv, strings.NewReader(""), io.Discard); err == nil || !strings.Contains(err.Error(), `ARM_USE_MSI is "maybe"`) {
		t.Errorf("an invalid switch is %v", err)
	}
}

// TestAShortLimitCleansUp: -longest limits the steps, not the cleanup. An earlier run's report
// does not stay next to a recording that has none.
func TestAShortLimitCleansUp(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	report := filepath.Join(out, "report.md")
	if err := os.WriteFile(report, []byte("earlier"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, "", nil, "-yes", "-longest", "1ns", "-out", out)
	p.ends(1, "removing verify", "recording.json")
	if _, err := os.Stat(report); err == nil {
		t.Error("the earlier report is still there")
	}
	if left := p.azure.Computes(); len(left) > 0 || len(writes(p.azure)) < 2 {
		t.Errorf("left behind: %v, after %d writes", left, len(writes(p.azure)))
	}
}

func TestTheProgramAsksFirst(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{"", "no\n", "y\n", "yes"} {
		p := start(t, answer, nil)
		if answer == "yes" {
			p.ends(0, "Type yes to continue", "az rest --method delete --url", "report.md")
			continue
		}
		p.ends(1, "Type yes to continue", "nothing was changed")
		if sent := p.azure.Requests(); len(sent) > 0 {
			t.Errorf("after the answer %q it sent %s %s", answer, sent[0].Method, sent[0].Path)
		}
	}
}

func TestTheProgramWritesAReport(t *testing.T) {
	t.Parallel()
	p := start(t, "", nil, "-yes", "-risky")
	p.ends(0, "attach the account a second time", "report.md")
	for _, file := range []string{"recording.json", "report.md"} {
		content, err := os.ReadFile(filepath.Join(p.out, file))
		if err != nil || strings.Contains(string(content), "ws0") {
			t.Errorf("%s: %v\n%s", file, err, content)
		}
	}
}

func TestCtrlCCleansUp(t *testing.T) {
	t.Parallel()
	p := start(t, "", []emulator.Option{emulator.WithOperationDuration(time.Second, time.Second)}, "-yes")
	// By then the PUT has its reply. Without it, the cleanup would wait a minute for a late compute.
	p.reached(http.MethodGet, "/computeOperationsStatus/")
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	p.ends(1, "interrupt: cleaning up", "report.md")
	if left := p.azure.Computes(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestASecondCtrlCNamesWhatIsLeft(t *testing.T) {
	t.Parallel()
	p := start(t, "", []emulator.Option{emulator.WithOperationDuration(0, time.Hour)}, "-yes")
	p.reached(http.MethodDelete, "/computes/")
	for _, said := range []string{"cleaning up", "LEFT IN AZURE"} {
		if err := p.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		p.until(said, func() bool { return strings.Contains(p.output.String(), said) })
	}
	p.ends(1, "LEFT IN AZURE: "+emulator.DefaultWorkspaceID+"/computes/verify", "az rest --method delete")
}

// TestAClosedPipeDoesNotEndIt: `make verify-azure | head` cleans up as well.
func TestAClosedPipeDoesNotEndIt(t *testing.T) {
	t.Parallel()
	e := emulatortest.New(t)
	command := exec.Command(os.Args[0], "-workspace", emulator.DefaultWorkspaceID, "-batch-account", emulator.DefaultBatchAccountID,
		"-out", t.TempDir(), "-yes")
	command.Env = append(clitest.Environment(e.Environment()), asProgram+"=1")
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stdout = writer
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	_ = writer.Close()
	_, _ = io.ReadFull(reader, make([]byte, 10))
	_ = reader.Close()
	if err := command.Wait(); err != nil {
		t.Error(err)
	}
	if left := e.Computes(); len(left) > 0 || len(writes(e)) < 2 {
		t.Errorf("left behind: %v, after %d writes", left, len(writes(e)))
	}
}
