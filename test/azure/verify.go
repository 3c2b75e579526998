package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/provider"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/test/azure/report"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/test/azure/scrub"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/test/azure/steps"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/test/azure/wire"
)

// service is Azure or an emulator: how a run signs in, and where it sends its requests.
type service struct {
	settings auth.Settings
	manager  wire.Manager
	// options change the provider's client.
	options []func(*azureml.Options)
}

// connect returns a function that builds a client as the provider does.
func (s service) connect(ctx context.Context) func(func(policy.Transporter) policy.Transporter) (*azureml.Client, error) {
	return func(wrap func(policy.Transporter) policy.Transporter) (*azureml.Client, error) {
		choice, err := s.settings.Choose()
		if err != nil {
			return nil, err
		}
		options := append([]func(*azureml.Options){}, s.options...)
		return provider.NewClient(ctx, s.settings, choice, "verify-azure", append(options, func(o *azureml.Options) {
			o.Transport = wrap(o.Transport)
		}))
	}
}

// run returns a verification of the service, ready to start.
func (s service) run(ctx context.Context, what subject, say func(string, ...any)) *steps.Run {
	return &steps.Run{
		Connect: s.connect(ctx), Manager: s.manager,
		Workspace: what.workspace, BatchAccount: what.batchAccount, Names: what.names, Risky: what.risky, Longest: what.longest, Say: say,
	}
}

// subject says which account is attached to which workspace, and under which names.
type subject struct {
	workspace    azureml.WorkspaceID
	batchAccount string
	names        [2]string
	risky        bool
	longest      time.Duration
}

func (s subject) private(manager wire.Manager) scrub.Subject {
	return scrub.Subject{
		Manager: manager, Workspace: s.workspace, BatchAccount: s.batchAccount, Computes: s.names[:],
		Keep: []string{steps.Description, steps.TagName, steps.TagValue},
	}
}

// result is the result of a run. It has a recording but no report if the same run failed on
// the emulator.
type result struct {
	recording []byte
	report    string
	verdicts  []report.Verdict
	left      []string
}

// verify runs the steps on the service and on the emulator, and compares the two. Even with
// an error it returns a result, as far as the run got.
func verify(ctx, cleanup context.Context, azure service, what subject, say func(string, ...any)) (*result, error) {
	run := azure.run(ctx, what, say)
	failure := run.Do(ctx, cleanup)
	exchanges := run.Exchanges()
	if len(exchanges) == 0 {
		return &result{}, failure
	}
	private := what.private(azure.manager)
	scrubber := scrub.New(private)
	recording := scrubber.Recording(about(what), exchanges)
	done := &result{left: run.Left}
	written, err := encode(recording)
	if err != nil {
		return done, errors.Join(failure, err)
	}
	compared := report.Run{Azure: recording}
	for _, problem := range run.Problems {
		compared.Problems = append(compared.Problems, problem.Step+": "+scrubber.Text(problem.Err.Error()))
	}
	// The comparison changes nothing in Azure, so an interrupt does not stop it.
	var text string
	compared.Emulator, err = onEmulator(context.WithoutCancel(ctx), azure, what, exchanges)
	if err != nil {
		failure = errors.Join(failure, fmt.Errorf("could not run the same steps on the emulator for comparison: %w", err))
	} else {
		done.verdicts, text = compared.Verdicts(), compared.Markdown()
	}
	if leaks := scrub.Leaks(private, exchanges, string(written)+text); len(leaks) > 0 {
		return done, errors.Join(failure, fmt.Errorf(
			"nothing is written, because it would contain %s: this is a bug in verify-azure, please report it", strings.Join(leaks, " and ")))
	}
	done.recording, done.report = written, text
	return done, failure
}

func about(what subject) []string {
	return []string{
		"Recorded by make verify-azure. Ids, names, hosts, times and signatures are placeholders; computes of others are left out of lists.",
		fmt.Sprintf("With -risky: %v.", what.risky),
	}
}

func encode(recording *emulator.Recording) ([]byte, error) {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(recording)
	return []byte(b.String()), err
}

// newNames returns two random names that satisfy all published rules for names of
// computes: 16 characters, the first and the last a letter.
func newNames() [2]string {
	var names [2]string
	for i := range names {
		names[i] = "verify" + strings.ToLower(rand.Text()[:9]) + "x"
	}
	return names
}

// emulatedOperation is how long an operation takes in the emulator: long enough to be
// polled before it ends.
const emulatedOperation = 200 * time.Millisecond

// onEmulator runs the same steps on an emulator that has the same workspace and account.
func onEmulator(ctx context.Context, azure service, what subject, exchanges []wire.Exchange) (*emulator.Recording, error) {
	e, err := emulator.NewHandler(
		emulator.WithSubscription(what.workspace.SubscriptionID),
		emulator.WithWorkspace(what.workspace.String(), locationOf(exchanges, what.workspace.String())),
		emulator.WithBatchAccount(what.batchAccount, locationOf(exchanges, what.batchAccount)),
		emulator.WithOperationDuration(emulatedOperation, emulatedOperation))
	if err != nil {
		return nil, err
	}
	s := emulated(e)
	s.options = append(s.options, func(o *azureml.Options) {
		o.APIVersion = azure.settings.Get(auth.ComputeAPIVersion)
		o.Polling = azureml.Polling{First: emulatedOperation / 10, Longest: emulatedOperation / 5, Lag: emulatedOperation}
	})
	run := s.run(ctx, what, func(string, ...any) {})
	if err := run.Do(ctx, ctx); err != nil {
		return nil, err
	}
	recorder := &wire.Recorder{Manager: s.manager}
	recorder.Step(report.Reference)
	if err := reference(ctx, e, recorder.Through(e.HTTPClient()), what); err != nil {
		return nil, err
	}
	return scrub.New(what.private(s.manager)).Recording(nil, append(run.Exchanges(), recorder.Exchanges()...)), nil
}

// emulated returns an emulator as a service.
func emulated(e *emulator.Emulator) service {
	environment := e.Environment()
	client := *e.HTTPClient()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return service{
		settings: auth.NewSettings(nil, func(name string) string { return environment[name] }),
		manager:  wire.Manager(e.URL()),
		options:  []func(*azureml.Options){func(o *azureml.Options) { o.Transport = &client }},
	}
}

// locationOf returns a resource's region, from the replies about it.
func locationOf(exchanges []wire.Exchange, id string) string {
	for _, x := range exchanges {
		address, _, _ := strings.Cut(x.URL, "?")
		var document struct {
			Location string `json:"location"`
		}
		if strings.HasSuffix(strings.ToLower(address), strings.ToLower(id)) && json.Unmarshal(x.Body, &document) == nil && document.Location != "" {
			return document.Location
		}
	}
	return emulator.DefaultLocation
}
