package azureml

import (
	"errors"
	"fmt"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/bounds"
)

// NoAnswerError reports a request that got no answer, or only a part of one.
type NoAnswerError struct {
	Method, Path string
	Cause        error
}

func (e *NoAnswerError) Error() string {
	what := "Azure did not answer: "
	if _, tooLarge := errors.AsType[*bounds.TooLargeError](e.Cause); tooLarge {
		what = "The reply is not what Azure sends: "
	}
	return paragraphs(what+e.Cause.Error(), fmt.Sprintf("Request: %s %s", e.Method, e.Path), e.advice())
}

func (e *NoAnswerError) advice() string {
	if _, untrusted := errors.AsType[*bounds.CertificateError](e.Cause); untrusted {
		return "Nothing was sent. If a proxy opens the connection, or the cloud has an authority of its own, give that authority in ca_certificate_path. " +
			"Otherwise check endpoint in the provider block, and this machine's clock."
	}
	return "Check the network, any proxy on the way, and endpoint in the provider block, and try again."
}

func (e *NoAnswerError) Unwrap() error { return e.Cause }
