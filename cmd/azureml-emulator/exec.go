package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

const execUsage = `azureml-emulator exec starts the emulator, runs a command with the variables that point the
azureml provider at it, and exits with the command's exit code.

Usage:

  azureml-emulator exec [flags] -- COMMAND [ARG...]

The command does not inherit variables of a real account: those that begin with ARM_ or AZURE, and
those by which GitHub Actions, Azure DevOps, HCP Terraform and managed identities sign in. The emulator
puts its own az first on the PATH, so that use_cli = true gets a token of the emulator, never a real one.

Examples:

  azureml-emulator exec -- terraform test
  azureml-emulator exec -data emulator.json -- terraform apply
`

func runExec(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags, s := newFlags("exec", execUsage)
	if code, ok := parse(flags, args, stdout, stderr); !ok {
		return code
	}
	if s.showVersion {
		return printVersion(stdout)
	}
	if flags.NArg() == 0 {
		_, _ = fmt.Fprintln(stderr, "azureml-emulator exec: the command to run is missing\nSee azureml-emulator exec -h.")
		return exitUsage
	}
	// Before the command starts, so that no signal is lost.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	defer signal.Stop(signals)

	emu, end, err := s.start() //nolint:contextcheck // It runs until it is closed.
	if err != nil {
		return fail(stderr, err)
	}
	warnOfListening(stderr, emu.Addr())
	code, err := runAgainst(ctx, emu, flags.Args(), stdin, stdout, stderr, signals)
	if err := errors.Join(err, end()); err != nil {
		// The command's own exit code says more than this one.
		if failed := fail(stderr, err); code == 0 {
			code = failed
		}
	}
	return code
}

// runAgainst runs a command with the variables that point it at the emulator, and returns its exit code.
func runAgainst(ctx context.Context, emu *emulator.Emulator, args []string, stdin io.Reader, stdout, stderr io.Writer, signals <-chan os.Signal) (code int, err error) {
	variables := emu.Environment()
	cli, err := newAzureCLI(variables)
	if err != nil {
		return exitError, err
	}
	defer func() { err = errors.Join(err, cli.remove()) }()
	command := exec.CommandContext(ctx, cli.inPlaceOf(args[0]), args[1:]...) //nolint:gosec // Running it is what the user asks for.
	command.Stdin, command.Stdout, command.Stderr = stdin, stdout, stderr
	command.Env = environment(os.Environ(), variables, cli)
	return runCommand(command, signals, stderr), nil
}

// runCommand runs the command, which decides what a signal means.
func runCommand(command *exec.Cmd, signals <-chan os.Signal, stderr io.Writer) int {
	if err := command.Start(); err != nil {
		fail(stderr, err)
		if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
			return exitNotFound
		}
		return exitCannot
	}
	done := make(chan error, 1)
	go func() { done <- command.Wait() }()
	for {
		select {
		case s := <-signals:
			// A terminal sends SIGINT to the command too, which is in the same process group.
			if s == syscall.SIGTERM {
				_ = command.Process.Signal(s) // It may have ended by now.
			}
		case err := <-done:
			return exitCode(command, err, stderr)
		}
	}
}

func exitCode(command *exec.Cmd, err error, stderr io.Writer) int {
	state := command.ProcessState
	if state == nil {
		return fail(stderr, err)
	}
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return exitSignal + int(status.Signal())
	}
	if state.ExitCode() == 0 && err != nil {
		return fail(stderr, err) // Such as output that could not be written.
	}
	return state.ExitCode()
}

// environment returns the command's variables: the inherited ones without those that sign in to Azure, the emulator's, and those
// that make az the emulator's.
func environment(inherited []string, own map[string]string, cli *azureCLI) []string {
	var env []string
	direct := []string{"127.0.0.1", "localhost"} // Python uses a proxy even for these.
	if host, _, _ := net.SplitHostPort(strings.TrimPrefix(own["ARM_RESOURCE_MANAGER_ENDPOINT"], "https://")); !slices.Contains(direct, host) {
		direct = append(direct, host)
	}
	path := cli.bin
	for _, variable := range emulator.WithoutCredentials(inherited) {
		name, value, _ := strings.Cut(variable, "=")
		_, replaced := own[name]
		switch {
		case replaced:
		case name == "PATH", runtime.GOOS == "windows" && strings.EqualFold(name, "PATH"):
			path += string(os.PathListSeparator) + value
		case strings.EqualFold(name, "NO_PROXY"):
			if value != "" {
				direct = append([]string{value}, direct...)
			}
		default:
			env = append(env, variable)
		}
	}
	// Python reads the name in lower case first.
	noProxy := strings.Join(direct, ",")
	env = append(env, "NO_PROXY="+noProxy, "no_proxy="+noProxy, "PATH="+path, "AZURE_CONFIG_DIR="+cli.config)
	for name, value := range own {
		env = append(env, name+"="+value)
	}
	return env
}
