// Command bench measures how long Terraform takes with this provider to attach, plan,
// refresh and detach, and compares it with a lower bound, the limit.
//
// The limit of a command is Terraform's own time, measured in the same run with a provider
// that does nothing, plus the service's time at Terraform's parallelism of ten: for an
// attach or a detach, the operation, the write that starts it and one poll; for the reads
// of a workspace, one request. The results are ratios to the limit, because machines
// differ. The service is the emulator, with Resource Manager's throttling.
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
	sizes := flags.String("n", "1,10,100,1000", "numbers of computes, separated by commas")
	out := flags.String("out", "", "`directory` for results.md and results.svg; without it, only print the table")
	other := flags.String("other", "", fmt.Sprintf("`path` of a binary of the provider azapi, to measure it too, with at most %d computes", mostOfOther))
	if err := flags.Parse(args); err != nil {
		return err
	}
	var all []int
	for field := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(field))
		if err != nil || n < 1 {
			return fmt.Errorf("-n: %q is not a valid number of computes", field)
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
