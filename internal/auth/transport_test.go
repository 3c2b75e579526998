package auth_test

import (
	"crypto/tls"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
)

// serve starts a server that supports these versions of TLS, and returns the PEM file of
// its certificate.
func serve(t *testing.T, from, to uint16) (server *httptest.Server, file string) {
	t.Helper()
	server = httptest.NewUnstartedServer(http.RedirectHandler("https://elsewhere.example", http.StatusFound))
	server.TLS = &tls.Config{MinVersion: from, MaxVersion: to}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	file = filepath.Join(t.TempDir(), "ca.pem")
	block := &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}
	if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	return server, file
}

func get(t *testing.T, values block, address string) (*http.Response, error) {
	t.Helper()
	client, err := settings(values, nil).Transport()
	if err != nil {
		t.Fatal(err)
	}
	defer client.CloseIdleConnections()
	response, err := client.Get(address)
	if err == nil {
		err = response.Body.Close()
	}
	return response, err
}

func TestTransportTrusts(t *testing.T) {
	server, file := serve(t, tls.VersionTLS12, tls.VersionTLS13)
	pem, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	marked := filepath.Join(t.TempDir(), "marked.pem")
	if err := os.WriteFile(marked, append([]byte("\ufeff"), pem...), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		block block
		says  string
	}{
		"ca_certificate_path":    {block{auth.CACertificatePath: file}, ""},
		"with a byte order mark": {block{auth.CACertificatePath: marked}, ""},
		"no other authority":     {nil, "certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			response, err := get(t, test.block, server.URL)
			if test.says != "" {
				if err == nil || !strings.Contains(err.Error(), test.says) {
					t.Errorf("the error is %v, want %q", err, test.says)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			// The redirect is not followed: the token would be sent too.
			if response.StatusCode != http.StatusFound {
				t.Errorf("the status is %s, want the redirect itself", response.Status)
			}
		})
	}
}

func TestTransportNeedsCertificates(t *testing.T) {
	nothing := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(nothing, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{"/no/such/file": "no such file", nothing: nothing + " holds no PEM certificate"} {
		if _, err := settings(block{auth.CACertificatePath: path}, nil).Transport(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestTransportAcceptsTLS12(t *testing.T) {
	server, file := serve(t, tls.VersionTLS12, tls.VersionTLS12)
	if _, err := get(t, block{auth.CACertificatePath: file}, server.URL); err != nil {
		t.Error(err)
	}
}

// All requests go to two hosts, so a connection to one of them is kept for each of the
// requests that are sent together.
func TestTransportKeepsConnections(t *testing.T) {
	const together = 10
	var connections atomic.Int32
	var arrived sync.WaitGroup
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		arrived.Done()
		arrived.Wait()
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	client, err := settings(nil, nil).Transport()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		arrived.Add(together)
		var sent sync.WaitGroup
		for range together {
			sent.Go(func() {
				response, err := client.Get(server.URL)
				if err != nil {
					t.Error(err)
					return
				}
				_ = response.Body.Close()
			})
		}
		sent.Wait()
	}
	if got := connections.Load(); got != together {
		t.Errorf("%d connections, want %d", got, together)
	}
}

func TestTransportBoundsHeaders(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		kilobytes, _ := strconv.Atoi(request.URL.Path[1:])
		w.Header().Set("Long", strings.Repeat("x", kilobytes<<10))
	}))
	t.Cleanup(server.Close)
	if _, err := get(t, nil, server.URL+"/200"); err != nil {
		t.Error(err)
	}
	if _, err := get(t, nil, server.URL+"/300"); err == nil {
		t.Error("a header of 300 kB was accepted")
	}
}

func TestTransportNeedsNetHTTP(t *testing.T) {
	usual := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = usual })
	http.DefaultTransport = http.NewFileTransport(nil)
	if _, err := settings(nil, nil).Transport(); err == nil || !strings.Contains(err.Error(), "was replaced by a http.fileTransport") {
		t.Errorf("got %v", err)
	}
}

func TestTransportRefusesOldTLS(t *testing.T) {
	server, file := serve(t, tls.VersionTLS10, tls.VersionTLS11)
	if _, err := get(t, block{auth.CACertificatePath: file}, server.URL); err == nil || !strings.Contains(err.Error(), "protocol version") {
		t.Errorf("the error is %v, want one about the protocol version", err)
	}
}

// Nothing leaves the machine over plain HTTP, whatever the address. A proxy would see the
// request.
func TestTransportRefusesPlainHTTP(t *testing.T) {
	seen := 0
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { seen++ }))
	t.Cleanup(proxy.Close)
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("HTTPS_PROXY", proxy.URL)
	t.Setenv("NO_PROXY", "")
	t.Setenv("IDENTITY_ENDPOINT", "http://192.0.2.1/token") // not a private address
	for _, address := range []string{"http://login.example/token", "http://192.0.2.1/token", "http://172.16.1.3/token", "http://100.64.100.2/token", "http://localhost.example/token", "http://127.0.0.1.example/token"} {
		if _, err := get(t, nil, address); err == nil || !strings.Contains(err.Error(), "is refused") {
			t.Errorf("%s: %v", address, err)
		}
	}
	if seen > 0 {
		t.Errorf("%d requests were sent", seen)
	}
	local := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(local.Close)
	for _, address := range []string{local.URL, strings.Replace(local.URL, "127.0.0.1", "localhost", 1)} {
		if _, err := get(t, nil, address); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	if _, err := get(t, nil, "https://login.example"); err == nil || seen != 1 {
		t.Errorf("the proxy saw %d requests over https, want 1; %v", seen, err)
	}
}

// A proxy cannot reach the machine itself or its virtualization host.
func TestTransportBypassesProxies(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://proxy.example")
	t.Setenv("HTTPS_PROXY", "http://proxy.example")
	t.Setenv("NO_PROXY", "direct.example")
	t.Setenv("IDENTITY_ENDPOINT", "http://172.16.1.3:8081/msi/token")
	t.Setenv("MSI_ENDPOINT", "http://100.64.100.2/msi/token")
	client, err := settings(nil, nil).Transport()
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{
		"https://management.azure.com":                          true,
		"https://direct.example":                                false,
		"http://169.254.169.254/metadata/identity/oauth2/token": false,
		"http://169.254.129.3:8081/msi/token":                   false,
		"http://localhost:42356/msi/token":                      false,
		"https://[::1]:2377/metadata/identity/oauth2/token":     false,
		"http://172.16.1.3:8081/msi/token":                      false,
		"http://100.64.100.2/msi/token":                         false,
		"https://172.16.1.4":                                    true,
	} {
		request, err := http.NewRequest(http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		proxy, err := client.Transport.(*http.Transport).Proxy(request)
		if err != nil || (proxy != nil) != want {
			t.Errorf("the proxy for %s is %v, %v", address, proxy, err)
		}
	}
}
