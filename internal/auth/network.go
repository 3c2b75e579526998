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

// networkError reports a host that could not be reached, or that gave no answer.
type networkError struct {
	host string
	// proxy is the address of the proxy that was used, without its password; empty for none.
	proxy string
	// caFile is the file of the certificate authorities that are trusted beside the
	// system's; empty for none.
	caFile string
	cause  error
}

func newNetworkError(address *url.URL, caFile string, cause error) error {
	if inURL, ok := errors.AsType[*url.Error](cause); ok {
		cause = inURL.Err // The address says nothing more, and its query may be a secret.
	}
	e := &networkError{host: address.Host, caFile: caFile, cause: cause}
	if proxy, err := proxyOf(&http.Request{URL: address}); err == nil && proxy != nil {
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
		return text + ": it did not answer in time"
	}
	return fmt.Sprintf("%s: %s", text, e.cause)
}

func (e *networkError) Unwrap() error { return e.cause }

// lasting reports that trying again will not help.
func (e *networkError) lasting() bool {
	_, isProxy := errors.AsType[*proxyError](e.cause)
	_, isCertificate := errors.AsType[*tls.CertificateVerificationError](e.cause)
	return isProxy || isCertificate
}

// lastingError tells azcore's pipeline that trying again will not help.
type lastingError struct{ error }

func (e *lastingError) Unwrap() error { return e.error }

func (e *lastingError) NonRetriable() {}

func (e *networkError) advice() string {
	way := "No proxy is used for it: HTTPS_PROXY names one."
	if e.proxy != "" {
		way = "HTTPS_PROXY names the proxy; NO_PROXY names hosts that are reached without it."
	}
	trust := "ca_certificate_path names no certificate authority beside the system's."
	if e.caFile != "" {
		trust = fmt.Sprintf("ca_certificate_path (%s) names certificate authorities beside the system's.", e.caFile)
	}
	return fmt.Sprintf("%s %s %s", e.check(), way, trust)
}

// check is what to look at first.
func (e *networkError) check() string {
	_, isLookup := errors.AsType[*net.DNSError](e.cause)
	proxy, isProxy := errors.AsType[*proxyError](e.cause)
	_, isCertificate := errors.AsType[*tls.CertificateVerificationError](e.cause)
	switch {
	case isProxy && proxy.status == http.StatusProxyAuthRequired:
		return "Put the proxy's user name and password into HTTPS_PROXY."
	case isProxy:
		return "Have the proxy let connections to that host through."
	case isCertificate:
		return "Put the certificate authority of that host, or of a proxy that inspects TLS, into a PEM file that ca_certificate_path names."
	case isLookup:
		return "Check this machine's DNS, and environment and endpoint in the provider block."
	}
	return "Check this machine's network and firewall, and environment and endpoint in the provider block."
}

// proxyError reports a proxy that refuses to connect to a host.
type proxyError struct{ status int }

func (e *proxyError) Error() string {
	return fmt.Sprintf("the proxy answered %d %s", e.status, http.StatusText(e.status))
}
