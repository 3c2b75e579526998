package azureml

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// Without a user agent or correlation id none is sent.
func TestHeadersThatAreNotSet(t *testing.T) {
	sent := &authorizations{}
	client := mustClient(t, staticToken{}, Options{Transport: sent})
	if _, _, err := client.get(t.Context(), client.resourceURL("/subscriptions/s")); err != nil {
		t.Fatal(err)
	}
	if _, ok := sent.headers[0]["X-Ms-Correlation-Request-Id"]; ok || sent.headers[0].Get("User-Agent") == "" {
		t.Errorf("the headers are %v", sent.headers[0])
	}
}

// azcore reads a pause in seconds, as a date or in milliseconds, and does not retry after one
// that is too long for it. Pauses are bounded, each in a header that azcore reads; those
// in milliseconds are not followed outside the bounds.
func TestRetryAfterOfReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		date := func(pause time.Duration) string { return time.Now().Add(pause).UTC().Format(http.TimeFormat) }
		time.Sleep(time.Second / 2) // dates have no fractions
		for _, test := range []struct{ header, value, want string }{
			{"Retry-After", "", ""},
			{"Retry-After", "1", "1"},
			{"Retry-After", "7", "7"},
			{"Retry-After", "300", "300"},
			{"Retry-After", "301", "300"},
			{"Retry-After", "soon", "soon"},
			{"Retry-After", date(time.Second), "1"},
			{"Retry-After", date(time.Minute), date(time.Minute)},
			{"Retry-After", date(time.Hour), "300"},
			{"Retry-After-Ms", "999", ""},
			{"Retry-After-Ms", "1000", "1000"},
			{"Retry-After-Ms", "300000", "300000"},
			{"Retry-After-Ms", "300001", ""},
			{"Retry-After-Ms", "soon", "soon"},
			{"X-Ms-Retry-After-Ms", "1", ""},
			{"X-Ms-Retry-After-Ms", "7000", "7000"},
		} {
			pipeline := runtime.NewPipeline("test", "v0.0.0", runtime.PipelineOptions{PerRetry: []policy.Policy{retryAfterBounds{}}},
				&policy.ClientOptions{Transport: transport(func(request *http.Request) (*http.Response, error) {
					response, err := reply("{}").Do(request)
					response.Header.Set(test.header, test.value)
					return response, err
				})})
			request, err := runtime.NewRequest(t.Context(), http.MethodGet, "https://management.azure.com")
			if err != nil {
				t.Fatal(err)
			}
			response, err := pipeline.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			if got := response.Header.Get(test.header); got != test.want {
				t.Errorf("%s %q becomes %q, want %q", test.header, test.value, got, test.want)
			}
		}
	})
}
