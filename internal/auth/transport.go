package auth

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/http/httpproxy"
)

// maxHeader is how many bytes a reply's header may have. The longest that Resource
// Manager is known to send has some four thousand.
const maxHeader = 256 << 10

// Transport is what every request goes through: to Entra ID as to Resource Manager.
// It trusts the system's certificate authorities and those of the PEM file, goes
// through the proxy that the environment names, and keeps connections open.
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
	transport.MaxIdleConnsPerHost = transport.MaxIdleConns // all requests are to two hosts
	transport.MaxResponseHeaderBytes = maxHeader
	// A connection that has died without a word, such as behind a gateway that forgot it,
	// is found out by a ping, and not after the quarter of an hour that TCP needs. And no
	// reply is held beyond what its reader takes.
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
		// Neither service redirects. Following one would carry the token elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

// proxyOf decides how a request travels, before anything of it is sent: what stays on
// this machine goes directly, as no proxy could reach it, and what leaves it goes over
// TLS or not at all. It is the transport's proxy function, because nothing else that an
// [http.Transport] can be told sees each request; some of azidentity's credentials
// take no other kind of transport.
func proxyOf(request *http.Request) (*url.URL, error) {
	if local(request.URL.Hostname()) {
		return nil, nil
	}
	if err := checkSecure(request.URL); err != nil {
		return nil, err
	}
	return httpproxy.FromEnvironment().ProxyFunc()(request.URL)
}

// checkSecure refuses addresses that a credential must not be sent to.
func checkSecure(address *url.URL) error {
	if address.Scheme == "https" || address.Scheme == "http" && local(address.Hostname()) {
		return nil
	}
	return &insecureError{address.Scheme + "://" + address.Host}
}

// insecureError refuses an address that a credential must not be sent to.
type insecureError struct{ address string }

func (e *insecureError) Error() string {
	return e.address + " is refused: credentials are sent over https only, except to this machine itself"
}

// NonRetriable tells azcore's pipeline that asking again will not help.
func (e *insecureError) NonRetriable() {}

// local reports a host that is this machine, or the one that it is a virtual machine
// on: loopback addresses and link-local ones, where Azure's identity endpoints are.
func local(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && (ip.IsLoopback() || ip.IsLinkLocalUnicast())
}
