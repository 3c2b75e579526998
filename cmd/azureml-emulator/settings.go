package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// settings are the flags that both subcommands have.
type settings struct {
	workspaces, batchAccounts      []place
	data, faults, listen, log      string
	attach, detach, latency        time.Duration
	pageSize                       int
	throttle, keepTags, askVersion bool
}

// place is a resource on the command line: ID or ID=location.
type place struct{ id, location string }

func newFlags(name, usage string) (*flag.FlagSet, *settings) {
	s := &settings{}
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.Usage = func() {
		_, _ = fmt.Fprint(flags.Output(), usage, "\nFlags:\n\n")
		flags.PrintDefaults()
	}
	flags.Func("workspace", "`ID[=location]` of a workspace that is there, in place of a made-up one; can be repeated",
		readPlace(&s.workspaces, workspaceID))
	flags.Func("batch-account", "`ID[=location]` of a Batch account that is there, in place of a made-up one; can be repeated",
		readPlace(&s.batchAccounts, batchAccountID))
	flags.StringVar(&s.data, "data", "", "keep workspaces, Batch accounts and computes in this `file` across runs")
	flags.StringVar(&s.faults, "faults", "", "`file` with a JSON array of faults: method, path and query (regular expressions), nth, times,\n"+
		"and what happens: status, header, body, delay (such as \"2s\"), loseReply, drop, truncate")
	flags.DurationVar(&s.attach, "attach-duration", 0, "how long attaching takes, such as 30s")
	flags.DurationVar(&s.detach, "detach-duration", 0, "how long detaching takes, such as 30s")
	flags.DurationVar(&s.latency, "latency", 0, "how long each call to Resource Manager takes, such as 50ms")
	flags.IntVar(&s.pageSize, "page-size", 0, "how many computes a page of a list holds; 0 is all of them")
	flags.BoolVar(&s.throttle, "throttle", false, "refuse calls beyond Resource Manager's limits")
	flags.BoolVar(&s.keepTags, "keep-tags", false, "let attached computes keep their tags")
	flags.StringVar(&s.listen, "listen", "127.0.0.1:0", "`address` to listen on")
	flags.StringVar(&s.log, "log", "", "add a line to this `file` for each call: time, method, path, status")
	flags.BoolVar(&s.askVersion, "version", false, "print the version")
	return flags, s
}

var (
	workspaceID    = regexp.MustCompile(`(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.MachineLearningServices/workspaces/[^/]+$`)
	batchAccountID = regexp.MustCompile(`(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Batch/batchAccounts/[^/]+$`)
)

func readPlace(to *[]place, form *regexp.Regexp) func(string) error {
	return func(value string) error {
		id, location, _ := strings.Cut(value, "=")
		if location == "" {
			location = emulator.DefaultLocation
		}
		if !form.MatchString(id) {
			return fmt.Errorf("%q is not the id of one", id)
		}
		*to = append(*to, place{id, location})
		return nil
	}
}

// start starts an emulator as the flags say. The function it returns ends it.
func (s *settings) start() (*emulator.Emulator, func() error, error) {
	options := []emulator.Option{
		emulator.WithOperationDuration(s.attach, s.detach),
		emulator.WithLatency(s.latency),
		emulator.WithPageSize(s.pageSize),
		emulator.WithTagsKept(s.keepTags),
		emulator.WithListenAddress(s.listen),
		emulator.WithDataFile(s.data),
	}
	if len(s.workspaces) > 0 {
		// The variables name one subscription, and the made-up Batch account is in it.
		options = append(options, emulator.WithSubscription(strings.Split(s.workspaces[0].id, "/")[2]))
	}
	for _, p := range s.workspaces {
		options = append(options, emulator.WithWorkspace(p.id, p.location))
	}
	for _, p := range s.batchAccounts {
		options = append(options, emulator.WithBatchAccount(p.id, p.location))
	}
	if s.throttle {
		options = append(options, emulator.WithThrottling())
	}
	faults, err := s.readFaults()
	if err != nil {
		return nil, nil, err
	}
	closeLog := func() error { return nil }
	if s.log != "" {
		file, err := os.OpenFile(s.log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, nil, err
		}
		options, closeLog = append(options, emulator.WithAccessLog(file)), file.Close
	}
	emu, err := emulator.Start(options...)
	if err != nil {
		_ = closeLog() // The first error is the one to tell.
		return nil, nil, err
	}
	emu.Inject(faults...)
	return emu, func() error {
		err := emu.Close()
		if logErr := closeLog(); err == nil {
			err = logErr
		}
		return err
	}, nil
}

func (s *settings) readFaults() ([]emulator.Fault, error) {
	if s.faults == "" {
		return nil, nil
	}
	file, err := os.Open(s.faults)
	if err != nil {
		return nil, err
	}
	defer func(c io.Closer) { _ = c.Close() }(file)
	faults, err := emulator.ReadFaults(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.faults, err)
	}
	return faults, nil
}
