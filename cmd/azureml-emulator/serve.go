package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

const serveUsage = `azureml-emulator serve prints the variables that point the azureml provider at the emulator,
and then serves until it is interrupted.

Usage:

  azureml-emulator serve [flags]

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
	if s.askVersion {
		return printVersion(stdout)
	}
	if flags.NArg() > 0 || *format != "env" && *format != "json" {
		_, _ = fmt.Fprintln(stderr, "azureml-emulator serve: it takes flags alone, and -format is env or json\nSee azureml-emulator serve -h.")
		return exitUsage
	}
	// Before anything is printed: who reads the variables may interrupt at once.
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	emu, end, err := s.start() //nolint:contextcheck // It serves until it is closed.
	if err != nil {
		return fail(stderr, err)
	}
	if err := printEnvironment(stdout, *format, emu.Environment()); err != nil {
		_ = end() // The first error is the one to tell.
		return fail(stderr, err)
	}
	<-ctx.Done()
	if err := end(); err != nil {
		return fail(stderr, err)
	}
	return 0
}

// printEnvironment prints the variables in one piece: who finds anything of them finds all.
func printEnvironment(w io.Writer, format string, env map[string]string) error {
	if format == "json" {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		return encoder.Encode(env)
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(env)) {
		// In single quotes a shell takes everything as it is but the quote itself.
		fmt.Fprintf(&b, "export %s='%s'\n", name, strings.ReplaceAll(env[name], "'", `'\''`))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
