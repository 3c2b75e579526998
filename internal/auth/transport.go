package auth

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"golang.org/x/net/http/httpproxy"
)

// maxHeader bounds a reply's header, in bytes. The longest that Resource Manager is known
// to send has about four thousand.
const maxHeader = 256 << 10

// Transport returns the client for all requests, to Entra ID and to Resource Manager. It
// trusts the system's certificate authorities and those in the file that
// ca_certificate_path names, uses the environment's proxy, and keeps connections open.
func (s Settings) Transport() (*http.Client, error) {
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if path := s.Get(CACertificatePath); path != "" {
		pem, err := s.file(CACertificatePath)
		if err != nil {
			return nil, err
		}
		if !roots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s: %s holds no PEM certificate", s.Source(CACertificatePath), path)
		}
	}
	defaults, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return nil, fmt.Errorf("the process's default HTTP transport was replaced by a %T", http.DefaultTransport)
	}
	transport := defaults.Clone()
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}
	transport.MaxIdleConnsPerHost = transport.MaxIdleConns // all requests go to two hosts
	transport.MaxResponseHeaderBytes = maxHeader
	// Pings detect a connection that a gateway has dropped silently; TCP alone takes a
	// quarter of an hour. The buffers bound what is received ahead of the reader.
	transport.HTTP2 = &http.HTTP2Config{
		SendPingTimeout: 10 * time.Second, PingTimeout: 5 * time.Second,
		MaxReceiveBufferPerStream: 256 << 10, MaxReceiveBufferPerConnection: 1 << 20,
	}
	transport.Proxy = proxyOf
	transport.OnProxyConnectResponse = func(_ context.Context, _ *url.URL, _ *http.Request, response *http.Response) error {
		if response.StatusCode != http.StatusOK {
			return &proxyError{response.StatusCode}
		}
		return nil
	}
	return &http.Client{
		Transport: transport,
		// Neither service redirects, and following a redirect would send the token elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

// plainPipeline returns a pipeline for this package's own requests, with azcore's
// retries.
func plainPipeline(options policy.ClientOptions) runtime.Pipeline {
	return runtime.NewPipeline("azureml", "v0.0.0", runtime.PipelineOptions{}, &options)
}

// proxyOf chooses the proxy of a request. Requests to this machine bypass it, since a
// proxy could not reach it; requests that leave the machine without TLS are refused. The
// refusal is here because Proxy is the only hook of an [http.Transport] that sees every
// request, and some of azidentity's credentials accept no other kind of transport.
func proxyOf(request *http.Request) (*url.URL, error) {
	if local(request.URL.Hostname()) {
		return nil, nil
	}
	if err := checkSecure(request.URL); err != nil {
		return nil, err
	}
	return httpproxy.FromEnvironment().ProxyFunc()(request.URL)
}

// checkSecure returns an error for an address that a credential must not be sent to.
func checkSecure(address *url.URL) error {
	if address.Scheme == "https" || address.Scheme == "http" && local(address.Hostname()) {
		return nil
	}
	return &insecureError{address.Scheme + "://" + address.Host}
}

// insecureError reports an address that a credential must not be sent to.
type insecureError struct{ address string }

func (e *insecureError) Error() string {
	return e.address + " is refused: credentials are sent over https only, except to this machine itself"
}

// NonRetriable tells azcore's pipeline not to retry.
func (e *insecureError) NonRetriable() {}

// local reports whether a host is on this machine or its virtualization host: loopback
// addresses, link-local ones, where most of Azure's identity endpoints are, and the private
// one that App Service or Container Apps names in its variable.
func local(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host) // nil, which is none of them, for a name
	return ip.IsLoopback() || ip.IsLinkLocalUnicast() || (ip.IsPrivate() || shared.Contains(ip)) && isIdentityEndpoint(host)
}

// shared is the address space of RFC 6598, private too, which Container Apps uses.
var shared = net.IPNet{IP: net.IPv4(100, 64, 0, 0), Mask: net.CIDRMask(10, 32)}

// isIdentityEndpoint reports whether Azure names a host as that of an identity endpoint.
func isIdentityEndpoint(host string) bool {
	for _, variable := range identityEndpoints {
		if address, err := url.Parse(os.Getenv(variable)); err == nil && address.Hostname() == host {
			return true
		}
	}
	return false
}
