// Command azure checks the emulator's guesses in Azure: it attaches a Batch account to a
// workspace in Azure under a random name, detaches it, and compares Azure's replies with
// the emulator's. `make verify-azure` runs it.
//
// It writes to no other compute, and always cleans up.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/test/azure/steps"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/test/azure/wire"
)

func main() {
	// A closed pipe, as with `| head`, must not kill the process before it cleans up.
	signal.Ignore(syscall.SIGPIPE)
	if err := run(os.Args[1:], os.Getenv, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "verify-azure:", err)
		os.Exit(1)
	}
}

// run runs the command with the arguments.
func run(args []string, getenv func(string) string, stdin io.Reader, stdout io.Writer) error {
	flags := flag.NewFlagSet("verify-azure", flag.ContinueOnError)
	workspaceID := flags.String("workspace", "", "`id` of the workspace")
	accountID := flags.String("batch-account", "", "`id` of a Batch account that nothing uses")
	yes := flags.Bool("yes", false, "do not ask for confirmation before the attach")
	risky := flags.Bool("risky", false, "also attach the account a second time, which breaks the first attachment")
	out := flags.String("out", "verify", "`directory` for recording.json and report.md")
	longest := flags.Duration("longest", 2*time.Hour, "how long to wait for an operation")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil // Parse has printed the flags.
	case err != nil:
		return err
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q: flags begin with a hyphen", flags.Arg(0))
	}
	what, err := newSubject(*workspaceID, *accountID)
	if err != nil {
		return err
	}
	what.risky, what.longest = *risky, *longest
	azure, err := newService(context.Background(), getenv)
	if err != nil {
		return err
	}
	say := func(format string, arguments ...any) { _, _ = fmt.Fprintf(stdout, format+"\n", arguments...) }
	version := azure.settings.Get(auth.ComputeAPIVersion)
	if version == "" {
		version = azureml.DefaultAPIVersion
	}
	explain(say, what, version)
	if !*yes && !agreed(stdin, stdout) {
		return errors.New("not confirmed: nothing was changed")
	}
	// Before the attach, because what it records could not be written afterwards.
	if err := os.MkdirAll(*out, 0o750); err != nil {
		return err
	}

	ctx, cleanup, end := contexts(say)
	defer end()
	done, failure := verify(ctx, cleanup, azure, what, say)
	if done != nil {
		for _, id := range done.left {
			say("\nLEFT IN AZURE: %s\nRemove it with\n  %s", id, steps.Removal(id, version))
		}
		failure = errors.Join(failure, done.write(*out, say))
	}
	return failure
}

func newSubject(workspaceID, accountID string) (subject, error) {
	if workspaceID == "" || accountID == "" {
		return subject{}, errors.New("set WORKSPACE_ID and BATCH_ACCOUNT_ID, as in\n" +
			"  make verify-azure WORKSPACE_ID=/subscriptions/… BATCH_ACCOUNT_ID=/subscriptions/…")
	}
	workspace, err := azureml.ParseWorkspaceID(workspaceID)
	if err != nil {
		return subject{}, err
	}
	if _, err := azureml.ParseBatchAccountID(accountID); err != nil {
		return subject{}, err
	}
	return subject{workspace: workspace, batchAccount: accountID, names: newNames()}, nil
}

// newService returns Azure, with the provider's variables for signing in.
func newService(ctx context.Context, getenv func(string) string) (service, error) {
	settings := auth.NewSettings(nil, getenv)
	if err := errors.Join(settings.Check()...); err != nil {
		return service{}, err
	}
	choice, err := settings.Choose()
	if err != nil {
		return service{}, err
	}
	transport, err := settings.Transport()
	if err != nil {
		return service{}, err
	}
	configuration, err := settings.Cloud(ctx, choice.Method, transport)
	if err != nil {
		return service{}, err
	}
	return service{settings: settings, manager: wire.Manager(configuration.Services[cloud.ResourceManager].Endpoint)}, nil
}

func explain(say func(string, ...any), what subject, version string) {
	say("This attaches the Batch account\n  %s\nto the workspace\n  %s\nas compute %s, reads and lists it, and detaches it again. It takes a few minutes.",
		what.batchAccount, what.workspace, what.names[0])
	if what.risky {
		say("In between, it attaches the account a second time, as %s, which breaks the first attachment, and detaches that.", what.names[1])
	}
	say("\nNothing else in Azure changes. But an attachment breaks every other attachment of the same account, in any\n" +
		"workspace: use a Batch account that nothing else uses.")
	say("\nCtrl-C stops it and cleans up. If it is killed, remove what may be left with")
	for n := range what.names {
		if n == 0 || what.risky {
			say("  %s", steps.Removal(what.workspace.ComputeID(what.names[n]), version))
		}
	}
	say("")
}

// agreed asks for a confirmation. Only yes counts.
func agreed(stdin io.Reader, stdout io.Writer) bool {
	_, _ = fmt.Fprint(stdout, "Type yes to continue: ")
	answer, _ := bufio.NewReader(stdin).ReadString('\n') // Empty at the end of the input.
	return strings.TrimSpace(answer) == "yes"
}

// contexts returns two contexts that signals end: the first signal ends ctx, and the
// second one ends cleanup.
func contexts(say func(string, ...any)) (ctx, cleanup context.Context, end func()) {
	ctx, cancel := context.WithCancel(context.Background())
	cleanup, leave := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	over := make(chan struct{})
	go func() {
		for n := 0; ; n++ {
			select {
			case <-over:
				return
			case s := <-signals:
				if n == 0 {
					say("%v: cleaning up. A second signal stops the cleanup and leaves the computes in Azure.", s)
					cancel()
				} else {
					leave(fmt.Errorf("stopped by a second %v", s))
				}
			}
		}
	}()
	return ctx, cleanup, func() {
		signal.Stop(signals)
		close(over)
		cancel()
		leave(nil)
	}
}

// write writes the recording and the report, as far as they exist.
func (r *result) write(directory string, say func(string, ...any)) error {
	if len(r.recording) == 0 {
		return nil
	}
	recording, text := filepath.Join(directory, "recording.json"), filepath.Join(directory, "report.md")
	if err := os.WriteFile(recording, r.recording, 0o600); err != nil {
		return err
	}
	say("\nWritten: %s", recording)
	if r.report == "" {
		return os.RemoveAll(text) // an earlier run's does not belong to this recording
	}
	if err := os.WriteFile(text, []byte(r.report), 0o600); err != nil {
		return err
	}
	say("Written: %s. Read both, and paste the report into an issue.", text)
	return nil
}
