// Command azureml-emulator runs a stand-in for Microsoft Entra ID and Azure Resource Manager, to try and to test configurations
// of the azureml provider without Azure.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

const usage = `azureml-emulator is a stand-in for Microsoft Entra ID and Azure Resource Manager, limited to what attaching
Batch accounts to Azure Machine Learning workspaces needs. Use it to try and to test configurations of
the azureml provider without Azure.

Usage:

  azureml-emulator exec [flags] -- COMMAND [ARG...]   run a command against the emulator
  azureml-emulator serve [flags]                      run the emulator until it is interrupted
  azureml-emulator -version                           print the version

For the flags of a subcommand: azureml-emulator exec -h, azureml-emulator serve -h.

Example:

  azureml-emulator exec -data emulator.json -- terraform apply
`

// version is set by the linker; `go install` leaves it to the module's own.
var version string

// Exit codes as shells use them.
const (
	exitError    = 1
	exitUsage    = 2
	exitCannot   = 126
	exitNotFound = 127
	exitSignal   = 128
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run runs a subcommand, and returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		_, _ = fmt.Fprint(stderr, usage)
		return exitUsage
	}
	switch args[0] {
	case "exec":
		return runExec(ctx, args[1:], stdin, stdout, stderr)
	case "serve":
		return runServe(ctx, args[1:], stdout, stderr)
	case "az": // For the script of exec, and not in the help.
		return runAz(ctx, args[1:], stdout, stderr)
	case "-h", "-help", "--help", "help":
		_, _ = fmt.Fprint(stdout, usage)
		return 0
	case "-version", "--version", "version":
		return printVersion(stdout)
	default:
		_, _ = fmt.Fprintf(stderr, "azureml-emulator: unknown subcommand %q\n\n%s", args[0], usage)
		return exitUsage
	}
}

func printVersion(w io.Writer) int {
	shown := cmp.Or(version, "(devel)")
	if info, ok := debug.ReadBuildInfo(); ok && version == "" && info.Main.Version != "" {
		shown = info.Main.Version
	}
	_, _ = fmt.Fprintln(w, "azureml-emulator", shown)
	return 0
}

// parse parses flags. If the subcommand must not run, it returns the exit code and false.
func parse(flags *flag.FlagSet, args []string, stdout, stderr io.Writer) (int, bool) {
	// Help goes to stdout, and errors go to stderr.
	flags.SetOutput(io.Discard)
	err := flags.Parse(args)
	switch {
	case err == nil:
		return 0, true
	case errors.Is(err, flag.ErrHelp):
		flags.SetOutput(stdout)
		flags.Usage()
		return 0, false
	default:
		_, _ = fmt.Fprintf(stderr, "azureml-emulator %s: %v\nSee azureml-emulator %[1]s -h.\n", flags.Name(), err)
		return exitUsage, false
	}
}

func fail(stderr io.Writer, err error) int {
	_, _ = fmt.Fprintln(stderr, "azureml-emulator:", err)
	return exitError
}
