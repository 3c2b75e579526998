// Command bench measures what people wait for: how long Terraform needs with this
// provider to attach, plan, refresh and detach, next to the least that it could take.
//
// That limit is, for each command, what Terraform itself needs with a provider that
// does nothing (measured in the same run) plus what the service needs at Terraform's ten
// at a time: for an attach or a detach the operation itself, the write that begins it and
// one question whether it has ended; for the reads of a workspace one request. What is
// printed are ratios to that limit, because machines differ. The service is the emulator,
// with Resource Manager's own throttling.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	sizes := flags.String("n", "1,10,100,1000", "how many computes, separated by commas")
	out := flags.String("out", "", "`directory` for results.md and results.svg; without it the table is printed alone")
	other := flags.String("other", "", fmt.Sprintf("`path` of a binary of the provider azapi, to be measured beside this one with up to %d computes", mostOfOther))
	if err := flags.Parse(args); err != nil {
		return err
	}
	var all []int
	for field := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(field))
		if err != nil || n < 1 {
			return fmt.Errorf("-n: %q is no number of computes", field)
		}
		all = append(all, n)
	}
	work, err := os.MkdirTemp("", "azureml-bench-")
	if err != nil {
		return err
	}
	results, err := measure(ctx, work, all, *other)
	if err := errors.Join(err, os.RemoveAll(work)); err != nil {
		return err
	}
	table := results.markdown()
	fmt.Println(table)
	if *out != "" {
		err = errors.Join(
			os.WriteFile(filepath.Join(*out, "results.md"), []byte(table), 0o600),
			os.WriteFile(filepath.Join(*out, "results.svg"), []byte(plot(results.cells)), 0o600))
	}
	return err
}
