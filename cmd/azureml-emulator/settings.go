package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// settings are the flags of both subcommands.
type settings struct {
	workspaces, batchAccounts       []place
	data, faults, failures, listen  string
	log, requests, replay           string
	attach, detach, latency         time.Duration
	pageSize                        int
	throttle, keepTags, showVersion bool
}

// place is a resource on the command line: ID or ID=LOCATION.
type place struct{ id, location string }

func newFlags(name, usage string) (*flag.FlagSet, *settings) {
	s := &settings{}
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.Usage = func() {
		_, _ = fmt.Fprint(flags.Output(), usage, "\nFlags:\n\n")
		flags.PrintDefaults()
	}
	flags.Func("workspace", "`ID[=location]` of a workspace, instead of the default one; can be repeated:\nthe variables name the first one",
		readPlace(&s.workspaces, workspaceID, "a workspace"))
	flags.Func("batch-account", "`ID[=location]` of a Batch account, instead of the default one; can be repeated:\nthe variables name the first one",
		readPlace(&s.batchAccounts, batchAccountID, "a Batch account"))
	flags.StringVar(&s.data, "data", "", "keep workspaces, Batch accounts and computes in this `file` across runs; once it exists,\n"+
		"-workspace and -batch-account add to it")
	flags.StringVar(&s.faults, "faults", "", "`file` with a JSON array of faults: method, path and query (regular expressions), nth, times,\n"+
		"and what happens: until (method, path, nth, atMost) holds a request until another one has arrived;\n"+
		"status, header, body and echo reply instead of the service; merge and remove change its reply;\n"+
		"delay (such as \"2s\"), hold, loseReply, drop, truncate, dribble (such as \"1s\" a byte), pad and endless disturb the transfer")
	flags.StringVar(&s.failures, "failures", "", "`file` with a JSON array of operations that fail after they were accepted, in that order:\n"+
		"operation (attach or detach), status (Failed or Canceled), error, and provisioningErrors of the compute")
	flags.DurationVar(&s.attach, "attach-duration", 0, "how long attaching takes, such as 30s")
	flags.DurationVar(&s.detach, "detach-duration", 0, "how long detaching takes, such as 30s")
	flags.DurationVar(&s.latency, "latency", 0, "how long each request to Resource Manager takes, such as 50ms")
	flags.IntVar(&s.pageSize, "page-size", 0, "how many elements a page of a list has; 0 means all")
	flags.BoolVar(&s.throttle, "throttle", false, "refuse requests beyond Resource Manager's limits")
	flags.BoolVar(&s.keepTags, "keep-tags", false, "keep the tags of attached computes")
	flags.StringVar(&s.listen, "listen", "127.0.0.1:0", "`address` to listen on; other machines can reach any but a loopback address")
	flags.StringVar(&s.log, "log", "", "append a line to this `file` for each request: time, method, path, status")
	flags.StringVar(&s.requests, "requests", "", "append a line of JSON to this `file` for each request to Resource Manager, with its query and body,\nand secrets masked")
	flags.StringVar(&s.replay, "replay", "", "`file` with a recording of make verify-azure: replay its replies")
	flags.BoolVar(&s.showVersion, "version", false, "print the version")
	return flags, s
}

var (
	workspaceID    = regexp.MustCompile(`(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.MachineLearningServices/workspaces/[^/]+$`)
	batchAccountID = regexp.MustCompile(`(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Batch/batchAccounts/[^/]+$`)
)

func readPlace(to *[]place, form *regexp.Regexp, kind string) func(string) error {
	return func(value string) error {
		id, location, _ := strings.Cut(value, "=")
		if location == "" {
			location = emulator.DefaultLocation
		}
		if !form.MatchString(id) {
			return fmt.Errorf("%q is not the id of %s", id, kind)
		}
		*to = append(*to, place{id, location})
		return nil
	}
}

// start starts an emulator as the flags say, and returns a function that stops it.
func (s *settings) start() (*emulator.Emulator, func() error, error) {
	if min(s.attach, s.detach, s.latency) < 0 || s.pageSize < 0 {
		return nil, nil, errors.New("a duration and -page-size must not be negative")
	}
	options := []emulator.Option{
		emulator.WithOperationDuration(s.attach, s.detach),
		emulator.WithLatency(s.latency),
		emulator.WithPageSize(s.pageSize),
		emulator.WithTagsKept(s.keepTags),
		emulator.WithListenAddress(s.listen),
		emulator.WithDataFile(s.data),
		emulator.WithLogLimit(0), // No command shows the requests in memory; the flags write them to files.
	}
	if len(s.workspaces) > 0 {
		// The default Batch account is in the first one's subscription.
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
	recording, err := readJSON(s.replay, emulator.ReadRecording)
	if err != nil {
		return nil, nil, err
	}
	if recording != nil {
		options = append(options, emulator.WithReplay(recording))
	}
	faults, err := readJSON(s.faults, emulator.ReadFaults)
	if err != nil {
		return nil, nil, err
	}
	failures, err := readJSON(s.failures, emulator.ReadFailures)
	if err != nil {
		return nil, nil, err
	}
	logs, closeLogs, err := s.openLogs()
	if err != nil {
		return nil, nil, err
	}
	emu, err := emulator.Start(append(options, logs...)...)
	if err != nil {
		_ = closeLogs() // The first error is reported.
		return nil, nil, err
	}
	emu.Inject(faults...)
	emu.FailAsPlanned(failures)
	return emu, func() error { return errors.Join(emu.Close(), closeLogs()) }, nil
}

// openLogs opens the log files.
func (s *settings) openLogs() (options []emulator.Option, closeAll func() error, err error) {
	var files []*os.File
	closeAll = func() error {
		errs := make([]error, 0, len(files))
		for _, file := range files {
			errs = append(errs, file.Close())
		}
		return errors.Join(errs...)
	}
	for _, log := range []struct {
		path   string
		option func(io.Writer) emulator.Option
	}{{s.log, emulator.WithAccessLog}, {s.requests, emulator.WithRequestLog}} {
		if log.path == "" {
			continue
		}
		file, err := os.OpenFile(log.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, nil, errors.Join(err, closeAll())
		}
		files, options = append(files, file), append(options, log.option(file))
	}
	return options, closeAll, nil
}

// readJSON reads a file, unless the path is empty.
func readJSON[T any](path string, read func(io.Reader) (T, error)) (all T, err error) {
	if path == "" {
		return all, nil
	}
	file, err := os.Open(path) //nolint:gosec // Reading it is what the user asks for.
	if err != nil {
		return all, err
	}
	defer func(c io.Closer) { _ = c.Close() }(file)
	if all, err = read(file); err != nil {
		return all, fmt.Errorf("%s: %w", path, err)
	}
	return all, nil
}
