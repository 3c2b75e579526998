package signin_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	library "github.com/hashicorp/go-azure-sdk/sdk/auth"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// outcome is the result of a sign-in.
type outcome struct {
	method string
	err    error
	// detail is what the method requests: the audience of a job's token, the api-version
	// and the client of a managed identity, the account of az.
	detail string
}

// none is the method of a sign-in that failed.
const none = "none"

// compare signs in twice with the same block and environment: as azurerm, and as this
// provider.
func (w *world) compare(t *testing.T, block, variables map[string]string) (theirs, ours outcome) {
	t.Helper()
	for variable, value := range variables {
		must(t, os.Setenv(variable, value))
		defer func() { must(t, os.Unsetenv(variable)) }()
	}
	theirs = w.watch(t, func(client *http.Client) error {
		library.Client, library.MetadataClient = client, client
		return signInAsAzurerm(t.Context(), block, w.URL())
	})
	ours = w.watch(t, func(client *http.Client) error { return w.signInAsProvider(t, client, block) })
	return theirs, ours
}

// recorder records the requests that are sent.
type recorder struct {
	next http.RoundTripper

	mutex    sync.Mutex // the provider sends several requests at the same time
	requests []sent
}

func (r *recorder) sent() []sent {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return slices.Clone(r.requests)
}

type sent struct {
	path        string
	query, form url.Values
}

func (r *recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	one := sent{path: request.URL.Path, query: request.URL.Query()}
	if request.Body != nil {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return nil, err
		}
		one.form, _ = url.ParseQuery(string(body))
		request = request.Clone(request.Context())
		request.Body = io.NopCloser(bytes.NewReader(body))
	}
	r.mutex.Lock()
	r.requests = append(r.requests, one)
	r.mutex.Unlock()
	return r.next.RoundTrip(request)
}

// watch determines the method of a sign-in from its requests and its calls of az.
func (w *world) watch(t *testing.T, signIn func(*http.Client) error) outcome {
	t.Helper()
	must(t, os.WriteFile(w.calls, nil, 0o600))
	wire := &recorder{next: w.HTTPClient().Transport}
	if err := signIn(&http.Client{Transport: wire}); err != nil {
		return outcome{method: none, err: err}
	}
	if calls, err := os.ReadFile(w.calls); err == nil && len(calls) > 0 {
		return outcome{method: "Azure CLI", detail: account(string(calls))}
	}
	for _, sent := range slices.Backward(wire.sent()) {
		switch {
		case strings.HasPrefix(sent.path, "/metadata/identity"):
			return outcome{method: "managed identity", detail: identity(sent.query)}
		case sent.form.Has("client_secret"):
			return outcome{method: "secret"}
		case sent.form.Has("client_assertion"):
			return outcome{method: w.byAssertion(sent.form.Get("client_assertion")), detail: wire.audience()}
		}
	}
	return outcome{method: none}
}

// identity returns the api-version and the client of a request for a managed identity's
// token. It is empty if the library has cached the token and only probes the endpoint.
func identity(query url.Values) string {
	if !query.Has("resource") {
		return ""
	}
	return query.Get("api-version") + " " + query.Get("client_id")
}

// account returns the option that selects the account of az.
func account(call string) string {
	words := strings.Fields(call)
	for i, word := range words {
		if word == "--tenant" || word == "--subscription" {
			return word + " " + words[i+1]
		}
	}
	return ""
}

// audience returns the audience in the request for GitHub's token.
func (r *recorder) audience() string {
	for _, sent := range r.sent() {
		if sent.query.Has("audience") {
			return sent.query.Get("audience")
		}
	}
	return ""
}

// byAssertion returns the method that signs in with an assertion.
func (w *world) byAssertion(assertion string) string {
	for name, token := range w.tokens {
		if assertion == token {
			return name
		}
	}
	var claims struct {
		Issuer string `json:"iss"`
	}
	if parts := strings.Split(assertion, "."); len(parts) == 3 {
		payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
		_ = json.Unmarshal(payload, &claims)
	}
	switch claims.Issuer {
	case emulator.GitHubFederation.Issuer:
		return "GitHub"
	case emulator.AzureDevOpsFederation.Issuer:
		return "Azure DevOps"
	}
	return "certificate"
}

// signInAsProvider attaches a Batch account with this provider, and removes it.
func (w *world) signInAsProvider(t *testing.T, client *http.Client, block map[string]string) error {
	t.Helper()
	attributes := acctest.Attributes{
		"preflight": false, "disable_instance_discovery": true,
		"endpoint": acctest.Attributes{"active_directory_authority_host": w.URL(), "resource_manager_endpoint": w.URL(), "resource_manager_audience": w.audience},
	}
	for name, text := range block {
		attributes[name] = text
		if strings.HasPrefix(name, "use_") {
			attributes[name] = text == "true"
		}
	}
	core, err := acctest.NewCore(t, acctest.Server(func(options *azureml.Options) { options.Transport = client }), attributes)
	if err != nil {
		return err
	}
	_, diagnostics := core.Apply(t.Context(), acctest.State{}, acctest.Attributes{
		"name": "mybatchcompute", "workspace_id": emulator.DefaultWorkspaceID, "batch_account_id": emulator.DefaultBatchAccountID,
	})
	w.RemoveCompute(emulator.DefaultWorkspaceID + "/computes/mybatchcompute")
	return diagnostics.Err()
}
