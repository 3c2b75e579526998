package auth

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
)

// networkError reports a host that could not be reached or did not respond.
type networkError struct {
	host string
	// proxy is the address of the proxy that was used, without its password; empty for none.
	proxy string
	// caFile is the file of the certificate authorities that are trusted in addition to
	// the system's; empty for none.
	caFile string
	cause  error
}

func newNetworkError(address *url.URL, caFile string, cause error) error {
	if inURL, ok := errors.AsType[*url.Error](cause); ok {
		cause = inURL.Err // The query of the address may hold a secret.
	}
	e := &networkError{host: address.Host, caFile: caFile, cause: cause}
	if proxy, _ := proxyOf(&http.Request{URL: address}); proxy != nil { // an address that is refused has none
		e.proxy = (&url.URL{Scheme: proxy.Scheme, Host: proxy.Host}).String()
	}
	return advise(e, e.advice())
}

func (e *networkError) Error() string {
	text := fmt.Sprintf("%s could not be reached", e.host)
	if e.proxy != "" {
		text += " through the proxy " + e.proxy
	}
	if errors.Is(e.cause, context.DeadlineExceeded) {
		return text + ": it did not respond in time"
	}
	return fmt.Sprintf("%s: %s", text, e.cause)
}

func (e *networkError) Unwrap() error { return e.cause }

// permanent reports whether a retry cannot help.
func (e *networkError) permanent() bool {
	_, isProxy := errors.AsType[*proxyError](e.cause)
	_, isCertificate := errors.AsType[*tls.CertificateVerificationError](e.cause)
	return isProxy || isCertificate
}

// permanentError tells azcore's pipeline not to retry.
type permanentError struct{ error }

func (e *permanentError) NonRetriable() {}

func (e *networkError) advice() string {
	way := "No proxy is used; to use one, set HTTPS_PROXY."
	if e.proxy != "" {
		way = "HTTPS_PROXY names the proxy; NO_PROXY lists hosts to reach without it."
	}
	trust := "Only the system's certificate authorities are trusted; ca_certificate_path can add others."
	if e.caFile != "" {
		trust = fmt.Sprintf("The certificate authorities in ca_certificate_path (%s) are trusted in addition to the system's.", e.caFile)
	}
	return fmt.Sprintf("%s %s %s", e.check(), way, trust)
}

// check tells the user what to check first.
func (e *networkError) check() string {
	_, isLookup := errors.AsType[*net.DNSError](e.cause)
	proxy, isProxy := errors.AsType[*proxyError](e.cause)
	_, isCertificate := errors.AsType[*tls.CertificateVerificationError](e.cause)
	switch {
	case isProxy && proxy.status == http.StatusProxyAuthRequired:
		return "Add the proxy's user name and password to HTTPS_PROXY."
	case isProxy:
		return "Allow connections to that host in the proxy."
	case isCertificate:
		return "Add the certificate authority of that host, or of a proxy that inspects TLS, to a PEM file, and set ca_certificate_path to its path."
	case isLookup:
		return "Check this machine's DNS, and environment and endpoint in the provider block."
	}
	return "Check this machine's network and firewall, and environment and endpoint in the provider block."
}

// proxyError reports that a proxy refused to connect to a host.
type proxyError struct{ status int }

func (e *proxyError) Error() string {
	return fmt.Sprintf("the proxy responded %d %s", e.status, http.StatusText(e.status))
}
