package auth_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
)

// A network error at sign-in names the host, the proxy and ca_certificate_path, and no
// secret.
func TestNetworkFails(t *testing.T) {
	const closed = "127.0.0.1:1" // a port that was free a moment ago may be another server's by now
	server, caFile := serve(t, tls.VersionTLS12, tls.VersionTLS13)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) }))
	t.Cleanup(proxy.Close)
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	t.Cleanup(refusing.Close)
	const none = "ca_certificate_path can add others"
	for name, test := range map[string]struct {
		host, proxy, caFile string
		says                []string
	}{
		"unknown authority": {strings.TrimPrefix(server.URL, "https://"), "", "", []string{"certificate", "to a PEM file, and set ca_certificate_path", "No proxy is used", none}},
		"refused":           {closed, "", caFile, []string{closed + " could not be reached: ", "firewall", "No proxy is used", "ca_certificate_path (" + caFile + ")"}},
		"no such name":      {"login.invalid", "", "", []string{"login.invalid could not be reached: ", "DNS", "No proxy is used", none}},
		"the proxy wants a password": {
			"login.example", withPassword(t, proxy.URL), "",
			[]string{"login.example could not be reached through the proxy " + proxy.URL + ":", "407", "user name and password to HTTPS_PROXY", none},
		},
		"the proxy refuses": {
			"login.example", withPassword(t, refusing.URL), "",
			[]string{"login.example could not be reached through the proxy " + refusing.URL + ":", "403", "Allow connections to that host in the proxy", none},
		},
		"no such proxy": {
			"login.example", withPassword(t, "http://"+closed), "",
			[]string{"login.example could not be reached through the proxy http://" + closed, "HTTPS_PROXY names the proxy", none},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("HTTPS_PROXY", test.proxy)
			t.Setenv("NO_PROXY", "")
			s := settings(block{
				auth.TenantID: "contoso.example", auth.ClientID: "c", auth.ClientSecret: "my secret", auth.CACertificatePath: test.caFile,
				auth.AuthorityHost: "https://" + test.host, auth.DisableInstanceDiscovery: "true",
			}, nil)
			choice, err := s.Choose()
			if err != nil {
				t.Fatal(err)
			}
			transport, err := s.Transport()
			if err != nil {
				t.Fatal(err)
			}
			cloud, err := s.Cloud(t.Context(), choice.Method, transport)
			if err != nil {
				t.Fatal(err)
			}
			credential, err := auth.NewCredential(s, choice, policy.ClientOptions{Cloud: cloud, Transport: transport, Retry: policy.RetryOptions{MaxRetries: -1}})
			if err != nil {
				t.Fatal(err)
			}
			_, err = credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{"https://management.azure.com/.default"}})
			if err == nil {
				t.Fatal("it signed in")
			}
			if _, isLookup := errors.AsType[*net.DNSError](err); isLookup != (name == "no such name") {
				t.Errorf("the error wraps one of the DNS: %t", isLookup)
			}
			for _, words := range append(test.says, "Signing in with client secret") {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("the error does not say %q:\n%v", words, err)
				}
			}
			for _, words := range []string{"hidden", "my secret", "https://" + test.host, "Check tenant_id, client_id and client_secret"} {
				if strings.Contains(err.Error(), words) {
					t.Errorf("the error contains %q:\n%v", words, err)
				}
			}
		})
	}
}

// Only failures that a retry cannot help are not retried.
func TestPermanentFailuresAreNotRetried(t *testing.T) {
	var connections atomic.Int32
	closing, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = closing.Close() })
	go func() {
		for connection, err := closing.Accept(); err == nil; connection, err = closing.Accept() {
			connections.Add(1)
			_ = connection.Close()
		}
	}()
	server := httptest.NewUnstartedServer(nil)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		connections.Add(1)
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(proxy.Close)
	for name, test := range map[string]struct {
		host, proxy string
		connections int32
	}{
		"the proxy refuses": {"login.example", proxy.URL, 1},
		"unknown authority": {strings.TrimPrefix(server.URL, "https://"), "", 1},
		"closed at once":    {closing.Addr().String(), "", 2},
	} {
		t.Run(name, func(t *testing.T) {
			connections.Store(0)
			t.Setenv("HTTPS_PROXY", test.proxy)
			t.Setenv("NO_PROXY", "")
			s := settings(with(application, block{auth.ClientSecret: "s", auth.AuthorityHost: "https://" + test.host, auth.DisableInstanceDiscovery: "true"}), nil)
			transport, err := s.Transport()
			if err != nil {
				t.Fatal(err)
			}
			cloud, err := s.Cloud(t.Context(), auth.ClientSecretMethod, transport)
			if err != nil {
				t.Fatal(err)
			}
			credential, err := auth.NewCredential(s, auth.Choice{Method: auth.ClientSecretMethod}, policy.ClientOptions{
				Cloud: cloud, Transport: transport, Retry: policy.RetryOptions{MaxRetries: 1, RetryDelay: time.Millisecond},
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := credential.GetToken(t.Context(), managementScope); err == nil {
				t.Fatal("it signed in")
			}
			if got := connections.Load(); got != test.connections {
				t.Errorf("%d connections, want %d", got, test.connections)
			}
		})
	}
}

// Of several errors, the last one counts.
func TestLastErrorCounts(t *testing.T) {
	tries := 0
	failing := transport(func(*http.Request) (*http.Response, error) {
		tries++
		return nil, fmt.Errorf("failure %d", tries)
	})
	s := settings(with(application, block{auth.ClientSecret: "s", auth.DisableInstanceDiscovery: "true"}), nil)
	credential, err := auth.NewCredential(s, auth.Choice{Method: auth.ClientSecretMethod}, policy.ClientOptions{
		Transport: failing, Retry: policy.RetryOptions{MaxRetries: 2, RetryDelay: time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := credential.GetToken(t.Context(), managementScope); err == nil || tries != 3 || !strings.Contains(err.Error(), "could not be reached: failure 3") {
		t.Errorf("after %d tries, the error is %v", tries, err)
	}
}

// withPassword adds a user and a password to the address of a proxy.
func withPassword(t *testing.T, address string) string {
	t.Helper()
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	parsed.User = url.UserPassword("me", "hidden")
	return parsed.String()
}
