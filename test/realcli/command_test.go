//go:build unix

package realcli_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// command is a run of the CLI. The CLI and the providers that it starts are in their own
// process group, as when a shell starts it at a terminal.
type command struct {
	*exec.Cmd
	t    *testing.T
	name string
	out  string // a file: a pipe would stay open while a provider is left running
	log  string
	done chan struct{}
}

// waitLimit is when a test gives up waiting; what it waits for takes seconds.
const waitLimit = 3 * time.Minute

func (d *directory) start(arguments ...string) *command {
	d.t.Helper()
	d.runs++
	prefix := filepath.Join(d.notes, strconv.Itoa(d.runs)+"-"+arguments[0])
	c := &command{
		Cmd: exec.Command(d.cli, append(arguments, "-no-color")...), t: d.t, name: strings.Join(arguments, " "),
		out: prefix + ".out", log: prefix + ".log", done: make(chan struct{}),
	}
	out, err := os.Create(c.out)
	if err != nil {
		d.t.Fatal(err)
	}
	c.Dir, c.Stdout, c.Stderr = d.path, out, out
	c.Env = append(clitest.Environment(d.variables), "TF_LOG="+d.logLevel, "TF_LOG_PATH="+c.log)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := c.Start(); err != nil {
		d.t.Fatal(err)
	}
	go func() {
		_ = c.Wait() // the exit code is read from ProcessState
		_ = out.Close()
		close(c.done)
	}()
	d.t.Cleanup(func() {
		// Kill what is left of the group: a provider outlives a killed CLI.
		if err := syscall.Kill(-c.Process.Pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) && !errors.Is(err, syscall.EPERM) {
			d.t.Error(err)
		}
		<-c.done
	})
	return c
}

// run starts a command and waits for its end.
func (d *directory) run(arguments ...string) (output string, code int) {
	d.t.Helper()
	return d.start(arguments...).end()
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

// end waits for the command to exit. The code is -1 after a kill.
func (c *command) end() (output string, code int) {
	c.t.Helper()
	select {
	case <-c.done:
	case <-time.After(waitLimit):
		c.t.Fatalf("%s did not end\n%s", c.name, c.output())
	}
	c.t.Logf("$ %s\n%s", c.name, c.output())
	return c.output(), c.ProcessState.ExitCode()
}

func (c *command) output() string {
	c.t.Helper()
	return c.read(c.out)
}

func (c *command) read(file string) string {
	c.t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		c.t.Fatal(err)
	}
	return string(content)
}

// interrupt does what Ctrl-C does at a terminal: it interrupts the process group.
func (c *command) interrupt() {
	c.t.Helper()
	c.signal(-c.Process.Pid, syscall.SIGINT)
}

// kill kills the CLI alone, with SIGKILL.
func (c *command) kill() {
	c.t.Helper()
	c.signal(c.Process.Pid, syscall.SIGKILL)
}

var pluginStarted = regexp.MustCompile(`plugin started:.* pid=(\d+)`)

// killProvider kills the provider that the CLI started last, with SIGKILL; earlier ones
// have ended. The CLI's log has its process id.
func (c *command) killProvider() {
	c.t.Helper()
	started := pluginStarted.FindAllStringSubmatch(c.read(c.log), -1)
	if len(started) == 0 {
		c.t.Fatalf("the log of %s has no process id of a provider", c.name)
	}
	id, err := strconv.Atoi(started[len(started)-1][1])
	if err != nil {
		c.t.Fatal(err)
	}
	c.signal(id, syscall.SIGKILL)
}

func (c *command) signal(id int, signal syscall.Signal) {
	c.t.Helper()
	if err := syscall.Kill(id, signal); err != nil {
		c.t.Fatalf("%s: %v of %d: %v", c.name, signal, id, err)
	}
}

// until polls the requests that the emulator received until a condition is true.
func (c *command) until(e *emulator.Emulator, what string, there func([]emulator.Request) bool) {
	c.t.Helper()
	over := time.After(waitLimit)
	for !there(e.Requests()) {
		select {
		case <-c.done:
			c.t.Fatalf("%s ended before this: %s\n%s", c.name, what, c.output())
		case <-over:
			c.t.Fatalf("%s did not reach this: %s\n%s", c.name, what, c.output())
		case <-time.After(2 * time.Millisecond):
		}
	}
}
