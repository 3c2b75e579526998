package azureml

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/bounds"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/safetext"
)

// Error is a request that Azure refused.
type Error struct {
	// StatusCode is the HTTP status.
	StatusCode int
	// Info is the reply's error; empty when the reply had none that could be read.
	Info ErrorInfo
	// Method and Path are those of the request. The query is left out: that of a
	// status address is a signature.
	Method, Path string
	// RequestID and CorrelationID are what Azure's support asks for. Either may be empty.
	RequestID, CorrelationID string

	// fromService is set when the machine learning service sent the reply, not a
	// gateway or a proxy in front of it.
	fromService bool
	// empty is set when the reply had no body.
	empty bool
	// malformed is set for a successful reply (2xx) that cannot be read.
	malformed bool
	// idle is set for a conflict while no operation was seen to change the compute.
	idle bool
	// retryAfter is the reply's Retry-After; nil without one.
	retryAfter *time.Duration
}

func newError(response *http.Response, body []byte) *Error {
	e := &Error{
		StatusCode:    response.StatusCode,
		RequestID:     response.Header.Get("x-ms-request-id"),
		CorrelationID: response.Header.Get("x-ms-correlation-request-id"),
		fromService:   response.Header.Get("x-ms-response-type") != "" || response.Header.Get("x-ms-request-id") != "",
		empty:         len(body) == 0,
	}
	if response.Request != nil {
		e.Method, e.Path = response.Request.Method, response.Request.URL.Path
	}
	if after, ok := retryAfter(response.Header, maxRetryAfter); ok {
		e.retryAfter = &after
	}
	if oversized(body) {
		return e
	}
	if infos := decodeErrors(decodeJSON(body)); len(infos) > 0 {
		e.Info = infos[0]
	} else if text := strings.TrimSpace(string(body)); safetext.IsPlain(text) && strings.ContainsFunc(text, unicode.IsLetter) {
		e.Info.Message = safetext.Mask(text) // in no known form
	}
	return e
}

// Error returns Azure's message, the request that it is about, and the ids that Azure's
// support asks for.
func (e *Error) Error() string {
	cause := e.Info.String()
	if cause == "" {
		cause = fmt.Sprintf("Azure replied %d %s without saying why", e.StatusCode, http.StatusText(e.StatusCode))
	} else {
		cause = fmt.Sprintf("%s\n(HTTP %d %s)", cause, e.StatusCode, http.StatusText(e.StatusCode))
	}
	return paragraphs(cause, e.request())
}

func (e *Error) request() string {
	ids := supportIDs(e.RequestID, e.CorrelationID)
	return strings.Join(slices.Insert(ids, 0, fmt.Sprintf("Request: %s %s", e.Method, e.Path)), "\n")
}

// supportIDs are the lines that Azure's support asks for.
func supportIDs(requestID, correlationID string) []string {
	var lines []string
	if requestID != "" {
		lines = append(lines, "Request id: "+requestID)
	}
	if correlationID != "" && correlationID != requestID {
		lines = append(lines, "Correlation id: "+correlationID)
	}
	return lines
}

// codesOfGone are Resource Manager's codes for something that does not exist, as opposed
// to something that could not be looked up.
var codesOfGone = []string{
	"ResourceNotFound", "ParentResourceNotFound", "ResourceGroupNotFound", "NotFound", "WorkspaceNotFound", "ComputeNotFound",
}

// gone reports a 404 by which Azure says that something does not exist. A proxy's page and
// a subscription of another tenant are 404s too, but say nothing about it.
func (e *Error) gone() bool {
	if e.StatusCode != http.StatusNotFound {
		return false
	}
	return e.empty && e.fromService || slices.Contains(codesOfGone, e.Info.Code)
}

// parentGone reports that the compute's workspace or resource group does not exist.
func (e *Error) parentGone() bool {
	return e.gone() && slices.Contains([]string{"ParentResourceNotFound", "ResourceGroupNotFound", "WorkspaceNotFound"}, e.Info.Code)
}

// transientConflict reports a conflict that ends with the operation that causes it.
// Permanent ones, such as a quota or a name taken elsewhere, have the same status.
func (e *Error) transientConflict() bool {
	return slices.Contains([]string{"", "Conflict", "ConflictingOperation", "OperationInProgress", "AnotherOperationInProgress", "ResourceBusy", "Locked"}, e.Info.Code)
}

// isGone reports that Azure says that the resource does not exist.
func isGone(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.gone()
}

// isForbidden reports that the caller lacks a permission.
func isForbidden(err error) bool { return hasStatus(err, http.StatusForbidden) }

func hasStatus(err error, status int) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.StatusCode == status
}

// IsSignIn reports that the sign-in failed, so that the request was not sent. Credentials
// mark their errors as not retriable. An untrusted certificate is marked too, but is not an
// error of the sign-in unless the credential wraps it.
func IsSignIn(err error) bool {
	var notRetriable interface{ NonRetriable() }
	if !errors.As(err, &notRetriable) {
		return false
	}
	_, untrusted := notRetriable.(*bounds.CertificateError)
	return !untrusted
}

// paragraphs joins the non-empty texts with empty lines.
func paragraphs(texts ...string) string {
	texts = slices.DeleteFunc(texts, func(text string) bool { return text == "" })
	return strings.Join(texts, "\n\n")
}
