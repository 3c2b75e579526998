package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

const serveUsage = `azureml-emulator serve prints the variables that point the azureml provider at the emulator,
and then runs until it is interrupted.

Usage:

  azureml-emulator serve [flags]

While it runs, /healthz returns 200, and /emulator/faults shows (GET), replaces (PUT) and clears (DELETE)
the faults, in the form of -faults, for requests from the same machine:

  curl --cacert "$AZUREML_CA_CERTIFICATE_PATH" -X PUT --data @faults.json "$ARM_RESOURCE_MANAGER_ENDPOINT/emulator/faults"

With these variables, a configuration with use_cli = true still runs the real az; use exec for it.

In a shell:

  rm -f emulator.env
  azureml-emulator serve > emulator.env &
  until [ -s emulator.env ]; do sleep 1; done
  . ./emulator.env
`

func runServe(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags, s := newFlags("serve", serveUsage)
	format := flags.String("format", "env", "how to print the variables: `env|json`")
	if code, ok := parse(flags, args, stdout, stderr); !ok {
		return code
	}
	if s.showVersion {
		return printVersion(stdout)
	}
	if flags.NArg() > 0 || *format != "env" && *format != "json" {
		_, _ = fmt.Fprintln(stderr, "azureml-emulator serve: it takes only flags, and -format is env or json\nSee azureml-emulator serve -h.")
		return exitUsage
	}
	// Before anything is printed, because a caller that has read the variables may interrupt at once.
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	emu, end, err := s.start() //nolint:contextcheck // It runs until it is closed.
	if err != nil {
		return fail(stderr, err)
	}
	warnOfListening(stderr, emu.Addr())
	if err := printEnvironment(stdout, *format, emu.Environment()); err != nil {
		_ = end() // The first error is reported.
		return fail(stderr, err)
	}
	<-ctx.Done()
	if err := end(); err != nil {
		return fail(stderr, err)
	}
	return 0
}

// printEnvironment prints all variables in one write, so that no reader sees only some of them.
func printEnvironment(w io.Writer, format string, env map[string]string) error {
	if format == "json" {
		return printJSON(w, env)
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(env)) {
		fmt.Fprintf(&b, "export %s=%s\n", name, quoteForShell(env[name]))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func printJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// quoteForShell puts a value in single quotes, in which a shell takes everything literally except the quote itself.
func quoteForShell(value string) string { return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'" }

// warnOfListening warns if other machines can reach the emulator, which keeps nothing secret from them.
func warnOfListening(stderr io.Writer, addr net.Addr) {
	if tcp, ok := addr.(*net.TCPAddr); ok && !tcp.IP.IsLoopback() {
		_, _ = fmt.Fprintf(stderr, "azureml-emulator: warning: other machines can reach the emulator at %s, and change what it holds. "+
			"-listen 127.0.0.1:0 keeps it to this machine.\n", addr)
	}
}
