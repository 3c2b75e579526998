package azureml

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
)

// transport sends requests by a function.
type transport func(*http.Request) (*http.Response, error)

func (t transport) Do(request *http.Request) (*http.Response, error) { return t(request) }

// A cloud without a valid Resource Manager endpoint makes no client.
func TestNewClientRefusesACloud(t *testing.T) {
	endpoint := func(address string) cloud.Configuration {
		return cloud.Configuration{Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
			cloud.ResourceManager: {Endpoint: address, Audience: "https://management.azure.com"},
		}}
	}
	for says, configuration := range map[string]cloud.Configuration{
		"the Resource Manager client cannot be built: ":                  {ActiveDirectoryAuthorityHost: "https://login.example"},
		`the Resource Manager endpoint "https://[" is not a valid URL: `: endpoint("https://["),
	} {
		client, err := NewClient(staticToken{}, Options{Cloud: configuration, Transport: reply("{}")})
		if err == nil || client != nil || !strings.HasPrefix(err.Error(), says) {
			t.Errorf("got %v and %v, want %q", client, err, says)
		}
	}
}

// Each request says what it accepts and sends, who sends it, and which run it belongs to.
func TestRequestHeaders(t *testing.T) {
	for method, want := range map[string]http.Header{
		http.MethodGet: {"Accept": {"application/json"}, "User-Agent": {"test"}, "X-Ms-Correlation-Request-Id": {"run"}},
		http.MethodPut: {"Accept": {"application/json"}, "User-Agent": {"test"}, "X-Ms-Correlation-Request-Id": {"run"}, "Content-Type": {"application/json"}},
	} {
		sent := &authorizations{}
		client := mustClient(t, staticToken{}, Options{Transport: sent, UserAgent: "test", CorrelationID: "run"})
		var body []byte
		if method == http.MethodPut {
			body = []byte("{}")
		}
		if _, _, err := client.sendOnce(t.Context(), method, client.resourceURL("/subscriptions/s"), body); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"Accept", "User-Agent", "X-Ms-Correlation-Request-Id", "Content-Type"} {
			if got := sent.headers[0].Get(name); got != want.Get(name) {
				t.Errorf("%s: %s is %q, want %q", method, name, got, want.Get(name))
			}
		}
	}
}

// The api-version is that of the options, or else the default.
func TestAPIVersions(t *testing.T) {
	for given, want := range map[string]string{"": DefaultAPIVersion, "2026-01-01 x": "2026-01-01+x"} {
		client := mustClient(t, staticToken{}, Options{Transport: reply("{}"), APIVersion: given})
		if got := client.resourceURL("/s", "a=b"); got != "https://management.azure.com/s?api-version="+want+"&a=b" {
			t.Errorf("%q: the URL is %s", given, got)
		}
	}
}

// One large reply at a time is in memory, and each makes room for the next.
func TestLargeRepliesFollowOneAnother(t *testing.T) {
	large := `{"a": "` + strings.Repeat("a", 300<<10) + `"}`
	synctest.Test(t, func(t *testing.T) {
		client := mustClient(t, staticToken{}, Options{Transport: reply(large)})
		began := time.Now()
		address := client.resourceURL("/subscriptions/s")
		for range 2 {
			if _, _, err := client.get(t.Context(), address); err != nil {
				t.Errorf("get: %v", err)
			}
			if _, _, err := client.getOnce(t.Context(), address); err != nil {
				t.Errorf("getOnce: %v", err)
			}
			if _, _, err := client.send(t.Context(), write{method: http.MethodPut, url: address}); err != nil {
				t.Errorf("send: %v", err)
			}
		}
		if waited := time.Since(began); waited > 0 {
			t.Errorf("they waited %s for one another", waited)
		}
	})
}

// A large reply that is retried makes room for others in the meantime.
func TestLargeRepliesOfRetries(t *testing.T) {
	large := strings.Repeat("a", 300<<10)
	synctest.Test(t, func(t *testing.T) {
		fails := true
		client := mustClient(t, staticToken{}, Options{Transport: transport(func(request *http.Request) (*http.Response, error) {
			response, err := reply(`{"a": "` + large + `"}`).Do(request)
			if fails {
				fails, response.StatusCode = false, http.StatusInternalServerError
			}
			return response, err
		})})
		var reads sync.WaitGroup
		reads.Go(func() { _, _, _ = client.get(t.Context(), client.resourceURL("/first")) })
		synctest.Wait() // it has failed, and pauses
		began := time.Now()
		if _, _, err := client.get(t.Context(), client.resourceURL("/second")); err != nil || time.Since(began) > 0 {
			t.Errorf("the second read ends after %s: %v", time.Since(began), err)
		}
		reads.Wait()
	})
}

// A reply is an error unless its status is of the 2xx kind.
func TestRepliesThatAreErrors(t *testing.T) {
	for status, failed := range map[int]bool{199: true, 200: false, 299: false, 300: true} {
		client := mustClient(t, staticToken{}, Options{Transport: transport(func(request *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: request}, nil
		})})
		_, _, err := client.sendOnce(t.Context(), http.MethodPut, client.resourceURL("/subscriptions/s"), nil)
		if hasStatus(err, status) != failed || (err != nil) != failed {
			t.Errorf("%d: the error is %v", status, err)
		}
	}
}

// A reply that breaks off is lost.
func TestReplyBreaksOff(t *testing.T) {
	broken := errors.New("connection reset by peer")
	client := mustClient(t, staticToken{}, Options{Transport: transport(func(request *http.Request) (*http.Response, error) {
		body := io.MultiReader(strings.NewReader(`{"a":`), iotest.ErrReader(broken))
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(body), Request: request}, nil
	})})
	_, _, err := client.sendOnce(t.Context(), http.MethodPut, client.resourceURL("/subscriptions/s"), nil)
	if _, ok := errors.AsType[*NoReplyError](err); !ok || !errors.Is(err, broken) {
		t.Errorf("the error is %v", err)
	}
}

// A reply with too many values is not decoded, whatever they are: each costs memory.
func TestOversizedReplies(t *testing.T) {
	for _, character := range []string{",", "{", "["} {
		if oversized([]byte(strings.Repeat(character, maxValues))) || !oversized([]byte(strings.Repeat(character, maxValues+1))) {
			t.Errorf("of %q, %d are not the most that a reply may have", character, maxValues)
		}
	}
	if e := newError(&http.Response{StatusCode: 400}, []byte(`{"code": "A", "details": [`+strings.Repeat("0,", maxValues)+`0]}`)); e.Info.Code != "" {
		t.Errorf("an error was decoded: %v", e)
	}
	large := mustClient(t, staticToken{}, Options{Transport: reply(`{"a": [` + strings.Repeat("0,", maxValues) + "0]}")})
	for name, get := range map[string]getter{"get": large.get, "getOnce": large.getOnce} {
		if _, _, err := get(t.Context(), large.resourceURL("/subscriptions/s")); err == nil || !strings.Contains(err.Error(), "it has more than 160000 values") {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
}

// Neither logs nor errors have the query of a URL, which may be a signature.
func TestURLsWithoutTheirQuery(t *testing.T) {
	const address, invalid = "https://management.azure.com/subscriptions/s?sig=hidden", "https://[?sig=hidden"
	if got := hostAndPathOf(address); got != "management.azure.com/subscriptions/s" {
		t.Errorf("the host and path are %q", got)
	}
	if got := pathOf(address); got != "/subscriptions/s" {
		t.Errorf("the path is %q", got)
	}
	if hostAndPathOf(invalid) != "an invalid URL" || pathOf(invalid) != "an invalid URL" {
		t.Errorf("of an invalid URL they are %q and %q", hostAndPathOf(invalid), pathOf(invalid))
	}
	cause := errors.New("connection refused")
	err := withoutQuery(&url.Error{Op: "Get", URL: address, Err: cause})
	if err.Error() != "GET management.azure.com/subscriptions/s: connection refused" || !errors.Is(err, cause) {
		t.Errorf("the error is %v", err)
	}
}

// The token is sent only to the configured Resource Manager, however its URL is written.
func TestTrusts(t *testing.T) {
	for address, want := range map[string]bool{
		"https://management.azure.com/subscriptions/s?a=b":     true,
		"https://Management.Azure.com/subscriptions/s":         true,
		"https://management.azure.com:443/subscriptions/s":     true,
		"https://management.azure.com:8443/subscriptions/s":    false,
		"http://management.azure.com/subscriptions/s":          false,
		"https://management.azure.com.evil.example/":           false,
		"https://management.azure.com@evil.example/":           false,
		"https://westeurope.management.azure.com/":             false,
		"//management.azure.com/":                              false,
		"/subscriptions/s":                                     false,
		"https://management.azure.com:port/subscriptions/s":    false,
		"https://management.azure.com%2eevil.example/":         false,
		"https://management.azure.com\\@evil.example/":         false,
		"https://management.azure.com/subscriptions/s#a":       true,
		"https://MANAGEMENT.AZURE.COM:443/subscriptions/s?a=b": true,
	} {
		endpoint, err := url.Parse("https://management.azure.com")
		if err != nil {
			t.Fatal(err)
		}
		if got := (&Client{endpoint: endpoint}).trusts(address); got != want {
			t.Errorf("%s: %t", address, got)
		}
	}
}

// Where a gateway has Resource Manager below a path, the token is sent only below it.
func TestTrustsBelowThePath(t *testing.T) {
	for _, configured := range []string{"https://gateway.example/arm", "https://gateway.example/arm/"} {
		for address, want := range map[string]bool{
			"https://gateway.example/arm/subscriptions/s?a=b":            true,
			"https://gateway.example/arm":                                true,
			"https://gateway.example/arm/":                               true,
			"https://gateway.example/":                                   false,
			"https://gateway.example":                                    false,
			"https://gateway.example/subscriptions/s":                    false,
			"https://gateway.example/armour/subscriptions/s":             false,
			"https://gateway.example/other/arm/subscriptions/s":          false,
			"https://gateway.example/arm/../other":                       false,
			"https://gateway.example/arm/%2e%2e/other":                   false,
			"https://gateway.example/arm/..":                             false,
			"https://gateway.example/arm/./x":                            false,
			`https://gateway.example/arm/..\other`:                       false,
			"https://gateway.example/arm/subscriptions/s?next=/../other": true,
		} {
			endpoint, err := url.Parse(configured)
			if err != nil {
				t.Fatal(err)
			}
			if got := (&Client{endpoint: endpoint}).trusts(address); got != want {
				t.Errorf("%s below %s: %t", address, configured, got)
			}
		}
	}
}
