package provider_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/google/uuid"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// Outside Azure, no metadata service responds. Signing in fails within 25 seconds.
func TestMetadataServiceIsUnreachable(t *testing.T) {
	for name, fail := range map[string]func(*http.Request) error{
		"unreachable metadata service": func(request *http.Request) error {
			<-request.Context().Done() // a network that drops packets
			return request.Context().Err()
		},
		"refused metadata service": func(*http.Request) error {
			return errors.New("dial tcp 169.254.169.254:80: connect: connection refused")
		},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			start := time.Now()
			err := signIn(t, e, without(acctest.Attributes{"use_msi": true, "client_id": nil}), func(options *azureml.Options) {
				options.Transport = failing{options.Transport, "169.254.169.254", fail}
			})
			if err == nil {
				t.Fatal("it signed in")
			}
			golden(t, name, err.Error())
			if took := time.Since(start); took > 25*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// The error names the endpoint that did not respond: the environment's, or the machine's.
func TestIdentityEndpointIsAbsent(t *testing.T) {
	for name, test := range map[string]struct{ endpoint, header, says string }{
		"unreachable":     {"http://127.0.0.1:41564/msi/token", "h", "the managed identity endpoint did not respond within 20s: 127.0.0.1:41564 could not be reached"},
		"no address":      {"127.0.0.1:41564/msi/token", "h", "the managed identity endpoint did not respond within 20s: "},
		"not App Service": {"http://127.0.0.1:41564/msi/token", "", "this machine has no managed identity endpoint"},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			t.Setenv("IDENTITY_ENDPOINT", test.endpoint)
			t.Setenv("IDENTITY_HEADER", test.header)
			err := signIn(t, acctest.NewEmulator(t), without(acctest.Attributes{"use_msi": true, "client_id": nil}), func(options *azureml.Options) {
				refuse := func(*http.Request) error { return errors.New("connect: connection refused") }
				options.Transport = failing{failing{options.Transport, "127.0.0.1:41564", refuse}, "169.254.169.254", refuse}
			})
			if err == nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "%!") {
				t.Errorf("got %v", err)
			}
			if advises := strings.Contains(err.Error(), "Check that IDENTITY_ENDPOINT, or MSI_ENDPOINT, is the address"); advises != (test.header != "") {
				t.Errorf("the advice is not about this endpoint: %v", err)
			}
		})
	}
}

// Some set msi_endpoint to the endpoint of App Service or Container Apps, which requires a
// header.
func TestIdentityEndpointOfThePlatform(t *testing.T) {
	identity := uuid.NewString() // azidentity caches managed identities' tokens in the process
	e := acctest.NewEmulator(t, emulator.WithManagedIdentities("", identity))
	endpoint, header := e.AppService()
	t.Setenv("IDENTITY_ENDPOINT", endpoint)
	t.Setenv("IDENTITY_HEADER", header)
	must(t, signIn(t, e, without(acctest.Attributes{"use_msi": true, "client_id": identity, "msi_endpoint": endpoint, "msi_api_version": "2019-08-01"})))
	wantAttached(t, e)
}

// failing is a network in which requests to one host may fail.
type failing struct {
	next policy.Transporter
	host string
	fail func(*http.Request) error
}

func (f failing) Do(request *http.Request) (*http.Response, error) {
	if request.URL.Host == f.host {
		if err := f.fail(request); err != nil {
			return nil, err
		}
	}
	return f.next.Do(request)
}

// A managed identity endpoint may start after the program that needs it, and may respond
// slowly.
func TestIdentityEndpointIsLate(t *testing.T) {
	for name, late := range map[string]func(start time.Time) func(*http.Request) error{
		"refused for 8 seconds": func(start time.Time) func(*http.Request) error {
			return func(*http.Request) error {
				if time.Since(start) < 8*time.Second {
					return errors.New("connect: connection refused")
				}
				return nil
			}
		},
		"dropped for 8 seconds": func(start time.Time) func(*http.Request) error {
			return func(request *http.Request) error {
				if time.Since(start) > 8*time.Second {
					return nil
				}
				select {
				case <-request.Context().Done():
					return request.Context().Err()
				case <-time.After(5 * time.Second): // the system's own timeout
					return errors.New("connect: no route to host")
				}
			}
		},
		"9 seconds for each reply": func(time.Time) func(*http.Request) error {
			return func(*http.Request) error { time.Sleep(9 * time.Second); return nil }
		},
	} {
		for where, prepare := range map[string]func(*testing.T, *emulator.Emulator) (host string, changes acctest.Attributes){
			"virtual machine": func(*testing.T, *emulator.Emulator) (string, acctest.Attributes) {
				return "169.254.169.254", acctest.Attributes{}
			},
			"App Service": func(t *testing.T, e *emulator.Emulator) (string, acctest.Attributes) {
				endpoint, header := e.AppService()
				t.Setenv("IDENTITY_ENDPOINT", endpoint)
				t.Setenv("IDENTITY_HEADER", header)
				return hostOf(t, endpoint), acctest.Attributes{}
			},
			"msi_endpoint": func(*testing.T, *emulator.Emulator) (string, acctest.Attributes) {
				return "169.254.169.254", acctest.Attributes{"msi_endpoint": "http://169.254.169.254/metadata/identity/oauth2/token"}
			},
		} {
			acctest.Run(t, where+", "+name, func(t *testing.T) {
				// azidentity caches managed identities' tokens in the process.
				identity := uuid.NewString()
				e := acctest.NewEmulator(t, emulator.WithManagedIdentities("", identity))
				host, changes := prepare(t, e)
				changes["use_msi"], changes["client_id"] = true, identity
				fail := late(time.Now())
				must(t, signIn(t, e, without(changes), func(options *azureml.Options) {
					options.Transport = failing{options.Transport, host, func(request *http.Request) error {
						if !strings.Contains(request.URL.Path, "/metadata/") && !strings.Contains(request.URL.Path, "/msi/") {
							return nil
						}
						return fail(request)
					}}
				}))
				wantAttached(t, e)
			})
		}
	}
}

// A refusal that may be temporary is retried for 20 seconds, or for as long as an update
// of the metadata service may take. The last one is in the error.
func TestIdentityEndpointRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		lasts  time.Duration
		says   string
	}{
		"404 for a while":   {http.StatusNotFound, 15 * time.Second, ""},
		"500 for a while":   {http.StatusInternalServerError, 15 * time.Second, ""},
		"499 for a while":   {499, 15 * time.Second, "499"},
		"410 forever":       {http.StatusGone, time.Hour, "410 Gone"},
		"404 forever":       {http.StatusNotFound, time.Hour, "169.254.169.254 responded 404 Not Found: not here"},
		"503 forever":       {http.StatusServiceUnavailable, time.Hour, "503"},
		"410 for a minute":  {http.StatusGone, time.Minute, ""},
		"400 for a second":  {http.StatusBadRequest, time.Second, "400 Bad Request"},
		"403 in plain text": {http.StatusForbidden, time.Hour, "403 Forbidden: not here"},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			identity := uuid.NewString()
			e := acctest.NewEmulator(t, emulator.WithManagedIdentities("", identity))
			start := time.Now()
			err := signIn(t, e, without(acctest.Attributes{"use_msi": true, "client_id": identity}), acctest.EditReplies(func(request *http.Request, response *http.Response) {
				if strings.Contains(request.URL.Path, "/metadata/") && time.Since(start) < test.lasts {
					response.StatusCode, response.Status = test.status, fmt.Sprintf("%d %s", test.status, http.StatusText(test.status))
					response.Body = io.NopCloser(strings.NewReader("not here"))
				}
			}))
			if test.says == "" {
				must(t, err)
				wantAttached(t, e)
				return
			}
			acctest.WantError(t, err, test.says)
			within := 30 * time.Second
			if test.status == http.StatusGone {
				within = 80 * time.Second
			}
			if took := time.Since(start); took > within {
				t.Errorf("it took %s", took)
			}
		})
	}
}

func hostOf(t *testing.T, address string) string {
	t.Helper()
	parsed, err := url.Parse(address)
	must(t, err)
	return parsed.Host
}

// Requests to a busy metadata service are retried.
func TestMetadataServiceIsBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const identity = "00000000-0000-0000-0000-0000000000e2"
		e := acctest.NewEmulator(t, emulator.WithManagedIdentities("", identity))
		e.Inject(emulator.Fault{Path: "/metadata/", Nth: 2, Times: 2, Status: http.StatusTooManyRequests})
		must(t, signIn(t, e, without(acctest.Attributes{"use_msi": true, "client_id": identity})))
		wantAttached(t, e)
	})
}
