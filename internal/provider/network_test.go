package provider_test

import (
	"crypto/tls"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator/emulatortest"
)

// overNetwork signs in and attaches with the provider's own transport.
func overNetwork(t *testing.T, e *emulator.Emulator, changes acctest.Attributes) error {
	t.Helper()
	block := acctest.Attributes{"ca_certificate_path": e.CAFile()}
	for name, value := range changes {
		block[name] = value
	}
	core, err := acctest.NewCore(t, acctest.Server(), acctest.SignIn(e, block))
	if err != nil {
		return err
	}
	_, d := core.Apply(t.Context(), acctest.State{}, acctest.Attributes{
		"name": "mybatchcompute", "workspace_id": emulator.DefaultWorkspaceID, "batch_account_id": emulator.DefaultBatchAccountID,
	})
	return d.Err()
}

// A host that only a proxy can reach is reached through it, with TLS end to end.
func TestProxy(t *testing.T) {
	e := emulatortest.New(t, emulator.WithHostName("management.corp.example"))
	inside, err := url.Parse(e.URL())
	must(t, err)
	proxy := newProxy(t, "127.0.0.1:"+inside.Port())
	t.Setenv("HTTPS_PROXY", proxy.url)
	t.Setenv("NO_PROXY", "")
	must(t, overNetwork(t, e, nil))
	wantAttached(t, e)
	for _, host := range proxy.hosts() {
		if host != inside.Host {
			t.Errorf("the proxy got a request for %s", host)
		}
	}
	if len(proxy.hosts()) == 0 {
		t.Error("the proxy got no request")
	}
}

// The metadata service and App Service are on the machine itself, where no proxy can
// reach them.
func TestIdentityEndpointsBypassTheProxy(t *testing.T) {
	e := emulatortest.New(t, emulator.WithAudience("https://past-the-proxy.example"))
	proxy := newProxy(t, "127.0.0.1:1")
	t.Setenv("HTTPS_PROXY", proxy.url)
	t.Setenv("HTTP_PROXY", proxy.url)
	t.Setenv("NO_PROXY", "")
	// App Service serves plain HTTP on the loopback interface.
	local := httptest.NewServer(e)
	t.Cleanup(local.Close)
	_, header := e.AppService()
	t.Setenv("IDENTITY_ENDPOINT", local.URL+"/msi/token")
	t.Setenv("IDENTITY_HEADER", header)
	must(t, overNetwork(t, e, acctest.Attributes{
		"client_id": nil, "client_secret": nil, "use_msi": true,
		"endpoint": acctest.Attributes{"resource_manager_endpoint": e.URL(), "resource_manager_audience": "https://past-the-proxy.example"},
	}))
	wantAttached(t, e)
	if hosts := proxy.hosts(); len(hosts) > 0 {
		t.Errorf("the proxy got requests for %s", hosts)
	}
}

// An endpoint on another machine does not get the secret in IDENTITY_HEADER.
func TestIdentityEndpointElsewhereIsRefused(t *testing.T) {
	e := emulatortest.New(t)
	proxy := newProxy(t, "127.0.0.1:1")
	t.Setenv("HTTP_PROXY", proxy.url)
	t.Setenv("IDENTITY_ENDPOINT", "http://identity.example/msi/token")
	t.Setenv("IDENTITY_HEADER", "the-header")
	err := overNetwork(t, e, acctest.Attributes{"client_id": nil, "client_secret": nil, "use_msi": true})
	acctest.WantError(t, err, "failed:\nhttp://identity.example is refused", "\n\nUse an https address.")
	if hosts := proxy.hosts(); len(hosts) > 0 {
		t.Errorf("the proxy got requests for %s", hosts)
	}
}

// A private cloud is trusted by the certificate authority in ca_certificate_path.
func TestPrivateAuthority(t *testing.T) {
	e := emulatortest.New(t)
	must(t, overNetwork(t, e, nil))
	wantAttached(t, e)
	err := overNetwork(t, e, acctest.Attributes{"ca_certificate_path": file(t, "empty.pem", []byte("hello"))})
	acctest.WantError(t, err, "holds no PEM certificate")
}

// proxy is an HTTP proxy that connects to one address, whatever the request names.
type proxy struct {
	url       string
	mu        sync.Mutex
	requested []string
}

func (p *proxy) hosts() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requested
}

func newProxy(t *testing.T, to string) *proxy {
	t.Helper()
	p := &proxy{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.requested = append(p.requested, r.Host)
		p.mu.Unlock()
		if r.Method != http.MethodConnect {
			http.Error(w, "only CONNECT", http.StatusMethodNotAllowed)
			return
		}
		inside, err := net.Dial("tcp", to)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		w.WriteHeader(http.StatusOK)
		outside, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		go func() {
			_, _ = io.Copy(inside, buffered)
			_ = inside.Close()
		}()
		_, _ = io.Copy(outside, inside)
		_ = outside.Close()
	}))
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

// An untrusted certificate or an old version of TLS is an error at once, without retries,
// for Resource Manager and for Entra ID. Nothing is sent.
func TestUntrustedHostsFailAtOnce(t *testing.T) {
	for name, test := range map[string]struct {
		tls   func(*httptest.Server)
		says  string
		block acctest.Attributes
	}{
		"authority": {func(*httptest.Server) {}, "certificate signed by unknown authority", nil},
		"old TLS":   {func(s *httptest.Server) { s.TLS = &tls.Config{MaxVersion: tls.VersionTLS11} }, "protocol version", nil},
		"name":      {func(*httptest.Server) {}, "certificate is valid for", acctest.Attributes{"trusted": true}},
		"no TLS":    {nil, "server gave HTTP response to HTTPS client", nil},
	} {
		for _, host := range []string{"resource_manager_endpoint", "active_directory_authority_host"} {
			t.Run(name+" "+host, func(t *testing.T) {
				e := emulatortest.New(t)
				var connections atomic.Int64
				server := httptest.NewUnstartedServer(http.NotFoundHandler())
				server.Config.ErrorLog = log.New(io.Discard, "", 0)
				server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
					if state == http.StateNew {
						connections.Add(1)
					}
				}
				if test.tls == nil {
					server.Start()
				} else {
					test.tls(server)
					server.StartTLS()
				}
				t.Cleanup(server.Close)
				address := "https://" + server.Listener.Addr().String()
				authority := e.CAFile()
				if test.block["trusted"] == true {
					_, port, err := net.SplitHostPort(server.Listener.Addr().String())
					must(t, err)
					address = "https://localhost:" + port // the certificate is for example.com and 127.0.0.1
					both, err := os.ReadFile(authority)
					must(t, err)
					block := &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}
					authority = file(t, "both.pem", append(both, pem.EncodeToMemory(block)...))
				}
				environment := e.Environment()
				endpoint := acctest.Attributes{
					"active_directory_authority_host": environment["ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST"],
					"resource_manager_endpoint":       environment["ARM_RESOURCE_MANAGER_ENDPOINT"],
					"resource_manager_audience":       environment["ARM_RESOURCE_MANAGER_AUDIENCE"],
				}
				endpoint[host] = address
				err := overNetwork(t, e, acctest.Attributes{"ca_certificate_path": authority, "endpoint": endpoint})
				acctest.WantError(t, err, test.says)
				if n := connections.Load(); n < 1 || n > 3 { // an attach sends its first reads together
					t.Errorf("%d connections", n)
				}
			})
		}
	}
}

// Replies of Entra ID are bounded in time and size, as Resource Manager's are.
func TestSignInIsBounded(t *testing.T) {
	for name, test := range map[string]struct {
		fault emulator.Fault
		says  string
	}{
		"held":     {emulator.Fault{Hold: true}, "management.emulator sent no complete reply within 1m10s"},
		"dribbled": {emulator.Fault{Dribble: time.Second}, "management.emulator sent no complete reply within 1m10s"},
		"endless":  {emulator.Fault{Endless: true}, "the reply of management.emulator is larger than 16 MiB"},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			once := test.fault
			once.Path = "/oauth2/"
			e.Inject(once)
			began := time.Now()
			must(t, signIn(t, e, nil))
			if took := time.Since(began); took > 80*time.Second {
				t.Errorf("it took %s", took)
			}
			e = acctest.NewEmulator(t)
			forever := once
			forever.Times = -1
			e.Inject(forever)
			err := signIn(t, e, nil)
			acctest.WantError(t, err, test.says)
			if err != nil && strings.Contains(err.Error(), "timeouts") {
				t.Errorf("the error advises longer timeouts:\n%v", err)
			}
		})
	}
}
