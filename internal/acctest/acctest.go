// Package acctest runs the provider against the emulator: under the real CLI
// ([Factories]), or under a stand-in for Terraform's core in this process ([Core]).
package acctest

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/provider"
)

// BatchCompute is the resource's type name.
const BatchCompute = "azureml_batch_compute"

// Server is the provider in this process. It polls fast, because most tests' emulators end
// operations at once.
func Server(options ...func(*azureml.Options)) tfprotov6.ProviderServer {
	options = append([]func(*azureml.Options){pollFast}, options...)
	return provider.NewServer("test", options...)
}

func pollFast(options *azureml.Options) {
	options.Polling = azureml.Polling{First: time.Millisecond, Longest: 20 * time.Millisecond, Lag: 200 * time.Millisecond}
}

// AsShipped undoes the fast polling, for tests in virtual time.
func AsShipped(options *azureml.Options) { options.Polling = azureml.Polling{} }

// Factories offers the provider to terraform-plugin-testing, which runs the CLI.
func Factories(t testing.TB) map[string]func() (tfprotov6.ProviderServer, error) {
	t.Helper()
	if !strings.HasPrefix(t.Name(), "TestCLI") {
		t.Fatalf("%s runs a CLI, but make test-tofu runs only tests whose names start with TestCLI", t.Name())
	}
	return map[string]func() (tfprotov6.ProviderServer, error){
		"azureml": func() (tfprotov6.ProviderServer, error) { return Server(), nil },
	}
}

// NewEmulator is an emulator without a socket, for a [Core]: in a bubble of
// testing/synctest, the time that operations, polling and faults take passes at once.
func NewEmulator(t testing.TB, options ...emulator.Option) *emulator.Emulator {
	t.Helper()
	e, err := emulator.NewHandler(options...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Run runs a subtest in a bubble of testing/synctest.
func Run(t *testing.T, name string, test func(*testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Helper()
		synctest.Test(t, test)
	})
}

// NewEmulatorCore is a [Core] for the resource, signed in to the emulator.
func NewEmulatorCore(t testing.TB, e *emulator.Emulator, options ...func(*azureml.Options)) *Core {
	t.Helper()
	return newEmulatorCore(t, e, nil, options)
}

// NewPreflightCore is [NewEmulatorCore] with preflight.
func NewPreflightCore(t testing.TB, e *emulator.Emulator, options ...func(*azureml.Options)) *Core {
	t.Helper()
	return newEmulatorCore(t, e, Attributes{"preflight": true}, options)
}

func newEmulatorCore(t testing.TB, e *emulator.Emulator, block Attributes, options []func(*azureml.Options)) *Core {
	t.Helper()
	options = append([]func(*azureml.Options){through(e)}, options...)
	core, err := NewCore(t, Server(options...), SignIn(e, block))
	must(t, err)
	return core
}

// through sends the provider's requests to the emulator; like the provider's own
// transport, it follows no redirects.
func through(e *emulator.Emulator) func(*azureml.Options) {
	client := *e.HTTPClient()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return func(options *azureml.Options) { options.Transport = &client }
}

// SignIn is a provider block that signs in to the emulator, with some attributes
// changed; nil removes one. Preflight is off, so that tests see the requests of the
// resource itself.
func SignIn(e *emulator.Emulator, changes Attributes) Attributes {
	environment := e.Environment()
	block := Attributes{
		"tenant_id":                  environment["ARM_TENANT_ID"],
		"client_id":                  environment["ARM_CLIENT_ID"],
		"client_secret":              environment["ARM_CLIENT_SECRET"],
		"disable_instance_discovery": true,
		"preflight":                  false,
		"endpoint": Attributes{
			"active_directory_authority_host": environment["ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST"],
			"resource_manager_endpoint":       environment["ARM_RESOURCE_MANAGER_ENDPOINT"],
			"resource_manager_audience":       environment["ARM_RESOURCE_MANAGER_AUDIENCE"],
		},
	}
	maps.Copy(block, changes)
	return block
}

// EditReplies lets a test change the service's replies: status, headers and body.
func EditReplies(edit func(*http.Request, *http.Response)) func(*azureml.Options) {
	return func(options *azureml.Options) {
		next := options.Transport
		options.Transport = transportFunc(func(request *http.Request) (*http.Response, error) {
			response, err := next.Do(request)
			if err == nil {
				edit(request, response)
			}
			return response, err
		})
	}
}

// Body reads a reply's body, and restores it for the next reader.
func Body(response *http.Response) []byte {
	body, _ := io.ReadAll(response.Body) // the provider reports what cannot be read
	response.Body = io.NopCloser(bytes.NewReader(body))
	return body
}

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) Do(request *http.Request) (*http.Response, error) { return f(request) }

// Config is a configuration with a provider block that signs in to the emulator. It
// names everything in the block, so that tests can run in parallel.
func Config(e *emulator.Emulator, rest string) string {
	environment := e.Environment()
	return fmt.Sprintf(`
terraform {
  required_providers {
    azureml = {
      source = %q
    }
  }
}

provider "azureml" {
  tenant_id                  = %q
  client_id                  = %q
  client_secret              = %q
  ca_certificate_path        = %q
  disable_instance_discovery = true
  endpoint = {
    active_directory_authority_host = %q
    resource_manager_endpoint       = %q
    resource_manager_audience       = %q
  }
}
%s`, provider.Address, environment["ARM_TENANT_ID"], environment["ARM_CLIENT_ID"], environment["ARM_CLIENT_SECRET"],
		environment["AZUREML_CA_CERTIFICATE_PATH"], environment["ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST"],
		environment["ARM_RESOURCE_MANAGER_ENDPOINT"], environment["ARM_RESOURCE_MANAGER_AUDIENCE"], rest)
}

// Main runs a package's tests with what the CLI needs, so that a bare go test works:
// the namespace of the provider's source, no CLI configuration of the developer's own,
// and none of the developer's sign-in.
func Main(m *testing.M) {
	// The heap is small, so by default the garbage collector runs all the time, and takes a
	// third of the tests' time.
	debug.SetGCPercent(800)
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if emulator.IsCredentialVariable(name) && !strings.HasPrefix(name, "AZUREML_TEST_") {
			if err := os.Unsetenv(name); err != nil {
				panic(err)
			}
		}
	}
	set("TF_ACC_PROVIDER_NAMESPACE", "terraform-provider-azureml")
	set("TF_CLI_CONFIG_FILE", os.DevNull)
	os.Exit(m.Run())
}

func set(variable, value string) {
	if err := os.Setenv(variable, value); err != nil {
		panic(err)
	}
}
