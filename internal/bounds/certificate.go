package bounds

import (
	"crypto/tls"
	"errors"
	"net/http"
	"strings"
)

// CertificateError reports a host whose certificate is not trusted, whose TLS is too old, or
// that does not speak TLS. Nothing was sent to it, and the error is permanent.
type CertificateError struct{ Cause error }

func (e *CertificateError) Error() string { return e.Cause.Error() }

func (e *CertificateError) Unwrap() error { return e.Cause }

// NonRetriable tells azcore's pipelines not to retry.
func (e *CertificateError) NonRetriable() {}

func asCertificateError(err error) error {
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, garbled := errors.AsType[tls.RecordHeaderError](err)
	notTLS := garbled || errors.Is(err, http.ErrSchemeMismatch)
	// crypto/tls has no type for this error, which either side can report.
	oldTLS := strings.Contains(err.Error(), "tls: ") && strings.Contains(err.Error(), "protocol version")
	if certificate || notTLS || oldTLS {
		return &CertificateError{err}
	}
	return err
}
