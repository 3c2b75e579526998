package provider_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
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

// without is a block that signs in to the emulator, less the secret, with changes.
func without(changes acctest.Attributes) acctest.Attributes {
	block := acctest.Attributes{"client_secret": nil}
	for name, value := range changes {
		block[name] = value
	}
	return block
}

// What a person reads when signing in fails, word by word. Each says which credential
// was used, what chose it, why it failed and what to do next.
func TestSignInMessages(t *testing.T) {
	expired := newCertificate(-time.Hour)
	unknown := pfx(t, newCertificate(time.Hour), "")
	signedOut := "echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1"
	for name, prepare := range map[string]func(*testing.T, *emulator.Emulator) acctest.Attributes{
		"wrong secret": func(*testing.T, *emulator.Emulator) acctest.Attributes {
			return acctest.Attributes{"client_secret": "wrong"}
		},
		"wrong tenant": func(*testing.T, *emulator.Emulator) acctest.Attributes {
			return acctest.Attributes{"tenant_id": "00000000-0000-0000-0000-000000000bad"}
		},
		"wrong client": func(*testing.T, *emulator.Emulator) acctest.Attributes {
			return acctest.Attributes{"client_id": "00000000-0000-0000-0000-000000000bad"}
		},
		"expired certificate": func(t *testing.T, _ *emulator.Emulator) acctest.Attributes {
			return without(acctest.Attributes{"client_certificate_path": file(t, "client.pfx", pfx(t, expired, ""))})
		},
		"unregistered certificate": func(t *testing.T, _ *emulator.Emulator) acctest.Attributes {
			return without(acctest.Attributes{"client_certificate_path": file(t, "client.pfx", unknown)})
		},
		"absent az": func(t *testing.T, _ *emulator.Emulator) acctest.Attributes {
			t.Setenv("PATH", t.TempDir()+string(os.PathListSeparator)+"/bin")
			return without(nil)
		},
		"az signed out": func(t *testing.T, _ *emulator.Emulator) acctest.Attributes {
			az(t, signedOut)
			return without(nil)
		},
		"az prints a tale": func(t *testing.T, _ *emulator.Emulator) acctest.Attributes {
			az(t, "echo once upon a time")
			return without(nil)
		},
		"az of a token revoked": func(t *testing.T, e *emulator.Emulator) acctest.Attributes {
			signedInCLI(t, e)
			e.RevokeTokens()
			return without(nil)
		},
		"absent secret file": func(*testing.T, *emulator.Emulator) acctest.Attributes {
			return without(acctest.Attributes{"client_secret_file_path": "/no/such/file"})
		},
		"absent certificate file": func(*testing.T, *emulator.Emulator) acctest.Attributes {
			return without(acctest.Attributes{"client_certificate_path": "/no/such/file"})
		},
		"absent token file": func(t *testing.T, _ *emulator.Emulator) acctest.Attributes {
			t.Setenv("AZURE_FEDERATED_TOKEN_FILE", "/no/such/file")
			return without(acctest.Attributes{"use_aks_workload_identity": true})
		},
		"no identity on the machine": func(*testing.T, *emulator.Emulator) acctest.Attributes {
			return without(acctest.Attributes{"use_msi": true, "client_id": "00000000-0000-0000-0000-000000000bad"})
		},
		"no identity in App Service": func(t *testing.T, e *emulator.Emulator) acctest.Attributes {
			endpoint, header := e.AppService()
			t.Setenv("IDENTITY_ENDPOINT", endpoint)
			t.Setenv("IDENTITY_HEADER", header)
			return without(acctest.Attributes{"use_msi": true, "client_id": "00000000-0000-0000-0000-000000000bad"})
		},
		"untrusted subject": func(_ *testing.T, e *emulator.Emulator) acctest.Attributes {
			token := emulator.GitHubFederation
			token.Subject = "repo:octo-org/octo-repo:pull_request"
			return without(acctest.Attributes{"use_oidc": true, "oidc_token": e.SignFederatedToken(token)})
		},
		"expired token": func(_ *testing.T, e *emulator.Emulator) acctest.Attributes {
			token := emulator.GitHubFederation
			token.Expires = time.Now().Add(-time.Hour)
			return without(acctest.Attributes{"use_oidc": true, "oidc_token": e.SignFederatedToken(token)})
		},
		"no token to be had": func(*testing.T, *emulator.Emulator) acctest.Attributes {
			return without(acctest.Attributes{"use_oidc": true, "use_cli": false})
		},
		"no token and az signed out": func(t *testing.T, _ *emulator.Emulator) acctest.Attributes {
			az(t, signedOut)
			t.Setenv("ARM_CLIENT_SECRET_FILE_PATH", file(t, "secret", nil))
			return without(acctest.Attributes{"use_oidc": true})
		},
		"GitHub refuses": func(_ *testing.T, e *emulator.Emulator) acctest.Attributes {
			return without(acctest.Attributes{"use_oidc": true, "oidc_request_url": e.GitHubJob().RequestURL, "oidc_request_token": "wrong"})
		},
		"Azure DevOps refuses": func(_ *testing.T, e *emulator.Emulator) acctest.Attributes {
			job := e.AzureDevOpsJob()
			return without(acctest.Attributes{
				"use_oidc": true, "oidc_request_url": job.RequestURL, "oidc_request_token": job.RequestToken,
				"oidc_azure_service_connection_id": "00000000-0000-0000-0000-000000000bad",
			})
		},
		"no service connection": func(t *testing.T, e *emulator.Emulator) acctest.Attributes {
			t.Setenv("SYSTEM_OIDCREQUESTURI", e.AzureDevOpsJob().RequestURL)
			t.Setenv("SYSTEM_ACCESSTOKEN", e.AzureDevOpsJob().RequestToken)
			return without(acctest.Attributes{"use_oidc": true, "use_cli": false})
		},
		"token over plain HTTP": func(*testing.T, *emulator.Emulator) acctest.Attributes {
			return without(acctest.Attributes{"use_oidc": true, "oidc_request_url": "http://ci.example/token", "oidc_request_token": "t"})
		},
		"a proxy answers": func(_ *testing.T, e *emulator.Emulator) acctest.Attributes {
			e.Inject(emulator.Fault{Path: "/oauth2/v2.0/token", Times: -1, Status: http.StatusForbidden, Body: "<html>Blocked by policy</html>"})
			return nil
		},
		"a switch that is none": func(t *testing.T, _ *emulator.Emulator) acctest.Attributes {
			t.Setenv("ARM_USE_MSI", "maybe")
			return nil
		},
		"two secrets": func(t *testing.T, _ *emulator.Emulator) acctest.Attributes {
			return acctest.Attributes{"client_secret_file_path": file(t, "secret", []byte("another")), "use_msi": true}
		},
		"az of another subscription": func(t *testing.T, _ *emulator.Emulator) acctest.Attributes {
			az(t, "echo \"ERROR: Subscription 'x' not found. Check the spelling and casing and try again.\" >&2; exit 1")
			return without(acctest.Attributes{"subscription_id": "x"})
		},
		"az of unreadable files": func(t *testing.T, _ *emulator.Emulator) acctest.Attributes {
			az(t, "echo \"[Errno 13] Permission denied: '/root/.azure/az.json'\" >&2; exit 1")
			return without(nil)
		},
		"blocked by a policy": func(_ *testing.T, e *emulator.Emulator) acctest.Attributes {
			refuse(e, 53003, "Access has been blocked by Conditional Access policies.")
			return nil
		},
		"disabled application": func(_ *testing.T, e *emulator.Emulator) acctest.Attributes {
			refuse(e, 7000112, "Application '00000000-0000-0000-0000-0000000000cc'(app) is disabled.")
			return nil
		},
		"no service principal": func(_ *testing.T, e *emulator.Emulator) acctest.Attributes {
			refuse(e, 7000229, "The client application is missing service principal in the tenant.")
			return nil
		},
		"plain text of the metadata service": func(_ *testing.T, e *emulator.Emulator) acctest.Attributes {
			e.Inject(emulator.Fault{Path: "/metadata/", Times: -1, Status: http.StatusForbidden, Body: "IP address not allowed"})
			return without(acctest.Attributes{"use_msi": true})
		},
		"nothing is left": func(*testing.T, *emulator.Emulator) acctest.Attributes {
			return without(acctest.Attributes{"use_cli": false})
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			err := signIn(t, e, prepare(t, e))
			if err == nil {
				t.Fatal("it signed in")
			}
			golden(t, name, err.Error())
			if strings.Contains(err.Error(), emulator.DefaultClientSecret) {
				t.Error("the error has the secret in it")
			}
			if _, there := e.Compute(emulator.DefaultWorkspaceID + "/computes/mybatchcompute"); there {
				t.Error("it attached all the same")
			}
		})
	}
}

// refuse makes Entra ID refuse a sign-in.
func refuse(e *emulator.Emulator, code int, sentence string) {
	body := fmt.Sprintf(`{"error": "invalid_client", "error_description": "AADSTS%d: %s", "error_codes": [%d]}`, code, sentence, code)
	e.Inject(emulator.Fault{Path: "/oauth2/v2.0/token", Times: -1, Status: http.StatusBadRequest, Body: body})
}

// On a machine that is none of Azure's, nothing answers where managed identities are:
// that is said within 25 seconds.
func TestMetadataServiceIsUnreachable(t *testing.T) {
	for name, answer := range map[string]func(*http.Request) error{
		"unreachable metadata service": func(request *http.Request) error {
			<-request.Context().Done() // as a network does that drops what has no way
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
				options.Transport = failing{options.Transport, "169.254.169.254", answer}
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

// failing is a network in which one host may not answer.
type failing struct {
	next   policy.Transporter
	host   string
	answer func(*http.Request) error
}

func (f failing) Do(request *http.Request) (*http.Response, error) {
	if request.URL.Host == f.host {
		if err := f.answer(request); err != nil {
			return nil, err
		}
	}
	return f.next.Do(request)
}

// An endpoint of managed identities may come up after the program that needs it, and
// take its time for an answer.
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
				case <-time.After(5 * time.Second): // as a system's own limit is
					return errors.New("connect: no route to host")
				}
			}
		},
		"9 seconds for each answer": func(time.Time) func(*http.Request) error {
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
				// azidentity remembers managed identities' tokens in the process.
				identity := uuid.NewString()
				e := acctest.NewEmulator(t, emulator.WithManagedIdentities("", identity))
				host, changes := prepare(t, e)
				changes["use_msi"], changes["client_id"] = true, identity
				answer := late(time.Now())
				must(t, signIn(t, e, without(changes), func(options *azureml.Options) {
					options.Transport = failing{options.Transport, host, func(request *http.Request) error {
						if !strings.Contains(request.URL.Path, "/metadata/") && !strings.Contains(request.URL.Path, "/msi/") {
							return nil
						}
						return answer(request)
					}}
				}))
				wantAttached(t, e)
			})
		}
	}
}

// An endpoint that refuses for now is asked again for 20 seconds, or for as long as the
// platform says that an update may take. What it said last is in the error.
func TestIdentityEndpointRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		lasts  time.Duration
		says   string
	}{
		"404 for a while":   {http.StatusNotFound, 15 * time.Second, ""},
		"404 for ever":      {http.StatusNotFound, time.Hour, "169.254.169.254 answered 404 Not Found: not here"},
		"503 for ever":      {http.StatusServiceUnavailable, time.Hour, "503"},
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
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v", err)
			}
			if took := time.Since(start); took > 30*time.Second {
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

// The metadata service may be busy; then it is asked again.
func TestMetadataServiceIsBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const identity = "00000000-0000-0000-0000-0000000000e2"
		e := acctest.NewEmulator(t, emulator.WithManagedIdentities("", identity))
		e.Inject(emulator.Fault{Path: "/metadata/", Nth: 2, Times: 2, Status: http.StatusTooManyRequests})
		must(t, signIn(t, e, without(acctest.Attributes{"use_msi": true, "client_id": identity})))
		wantAttached(t, e)
	})
}
