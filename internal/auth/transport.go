package auth

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
)

// Transport is what every request goes through: to Entra ID as to Resource Manager.
// It trusts the system's certificate authorities and those of the PEM file, goes
// through the proxy that the environment names, and keeps connections open.
func (s Settings) Transport() (*http.Client, error) {
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if path := s.Get(CACertificatePath); path != "" {
		pem, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("%s (%s): %w", CACertificatePath, s.Source(CACertificatePath), err)
		}
		if !roots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s (%s): %s holds no PEM certificate", CACertificatePath, s.Source(CACertificatePath), path)
		}
	}
	defaults, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return nil, fmt.Errorf("the process's default HTTP transport was replaced by a %T", http.DefaultTransport)
	}
	transport := defaults.Clone()
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}
	transport.MaxIdleConnsPerHost = transport.MaxIdleConns // all talk is with two hosts
	return &http.Client{
		Transport: transport,
		// Neither service redirects. Following one would carry the token elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}
