// Command notices writes THIRD_PARTY_NOTICES.txt: the licences of everything that is linked into the released programs.
// With -check it writes nothing and fails if the file is out of date.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
)

const file = "THIRD_PARTY_NOTICES.txt"

func main() {
	check := flag.Bool("check", false, "write nothing, and fail if "+file+" is out of date")
	flag.Parse()
	if err := run(context.Background(), *check); err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, check bool) error {
	components, err := linked(ctx, ".", "./cmd/azureml-emulator")
	if err != nil {
		return err
	}
	notices, err := render(components)
	if err != nil {
		return err
	}
	if !check {
		return os.WriteFile(file, notices, 0o644) //nolint:gosec // The file is public.
	}
	written, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if !bytes.Equal(written, notices) {
		return errors.New(file + " is out of date: run make notices")
	}
	return nil
}
