package azureml

import (
	"errors"
	"fmt"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/bounds"
)

// NoAnswerError reports a request that got no reply, or an incomplete one.
type NoAnswerError struct {
	Method, Path string
	Cause        error
}

func (e *NoAnswerError) Error() string {
	what := "Azure did not answer: "
	if _, tooLarge := errors.AsType[*bounds.TooLargeError](e.Cause); tooLarge {
		what = "The reply is not what Azure sends: "
	}
	return paragraphs(what+e.Cause.Error(), fmt.Sprintf("Request: %s %s", e.Method, e.Path))
}

// Untrusted reports that nothing was sent, because the host's certificate is not trusted
// or because it does not speak an accepted version of TLS.
func (e *NoAnswerError) Untrusted() bool {
	_, untrusted := errors.AsType[*bounds.CertificateError](e.Cause)
	return untrusted
}

func (e *NoAnswerError) Unwrap() error { return e.Cause }
