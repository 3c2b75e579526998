package azureml

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/bounds"
)

// NoReplyError reports a request that got no reply, or an incomplete one.
type NoReplyError struct {
	Method, Path string
	Cause        error
}

func (e *NoReplyError) Error() string {
	what := "Azure did not reply: "
	if _, tooLarge := errors.AsType[*bounds.TooLargeError](e.Cause); tooLarge {
		what = "The reply is not what Azure sends: "
	}
	return paragraphs(what+e.Cause.Error(), fmt.Sprintf("Request: %s %s", e.Method, e.Path))
}

// Untrusted reports that nothing was sent, because the host's certificate is not trusted
// or because it does not speak an accepted version of TLS.
func (e *NoReplyError) Untrusted() bool {
	_, untrusted := errors.AsType[*bounds.CertificateError](e.Cause)
	return untrusted
}

func (e *NoReplyError) Unwrap() error { return e.Cause }

// noReply wraps the error of a request that got no reply. A failed sign-in is returned as it is.
func noReply(request *policy.Request, err error) error {
	if IsSignIn(err) {
		return err
	}
	return &NoReplyError{request.Raw().Method, request.Raw().URL.Path, withoutQuery(err)}
}

// withoutQuery replaces the URL in a transport error by its host and path: the query of a
// status URL is a signature.
func withoutQuery(err error) error {
	if inURL, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("%s %s: %w", strings.ToUpper(inURL.Op), hostAndPathOf(inURL.URL), inURL.Err)
	}
	return err
}
