package azureml

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/bounds"
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

// malformed returns the error of a successful reply (2xx) that cannot be read.
func malformed(response *http.Response, why error) *Error {
	e := newError(response, nil)
	e.Info.Message = "The reply is not what Azure sends: " + why.Error()
	e.malformed = true
	return e
}

func isMalformed(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.malformed
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
	if !oversized(body) {
		if infos := decodeErrors(decodeJSON(body)); len(infos) > 0 {
			e.Info = infos[0]
		}
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

// IsGone reports that Azure says that the resource does not exist.
func IsGone(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.gone()
}

// IsForbidden reports that the caller lacks a permission.
func IsForbidden(err error) bool { return hasStatus(err, http.StatusForbidden) }

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

// NotFoundError reports that a workspace has no compute of that name: the Python
// class's ComputeTargetNotFound.
type NotFoundError struct {
	Workspace WorkspaceID
	Name      string
	// Cause is Azure's reply, which also says whether the workspace itself is missing.
	Cause *Error
}

func (e *NotFoundError) Error() string {
	if e.WorkspaceGone() {
		return e.Cause.Error()
	}
	return fmt.Sprintf("Workspace %q (resource group %q) has no compute %q.", e.Workspace.Name, e.Workspace.ResourceGroup, e.Name)
}

func (e *NotFoundError) Unwrap() error { return e.Cause }

// WorkspaceGone reports that the workspace, or the resource group it was in, is missing.
func (e *NotFoundError) WorkspaceGone() bool { return e.Cause.parentGone() }

// OtherTypeError reports that the compute of that name is not a Batch compute.
type OtherTypeError struct {
	ID, Type string
}

func (e *OtherTypeError) Error() string {
	return fmt.Sprintf("%s is a compute of type %s, not Batch.", e.ID, e.Type)
}

// InterruptedError reports that the caller's context timed out or was canceled.
type InterruptedError struct {
	// Cause is context.Canceled or context.DeadlineExceeded.
	Cause error
	// Doing says what was interrupted.
	Doing string
	// Last is the last error before that; nil when there was none.
	Last error
}

func (e *InterruptedError) Error() string {
	what := "Timed out while " + e.Doing + "."
	if errors.Is(e.Cause, context.Canceled) {
		what = "Interrupted while " + e.Doing + "."
	}
	if e.Last == nil {
		return what
	}
	return paragraphs(what, "The last error was:\n"+e.Last.Error())
}

// Unwrap returns only the cause. The last error did not end the call, and is only shown.
func (e *InterruptedError) Unwrap() error { return e.Cause }

// interrupted is the error of a context that has ended; last may be nil. After a failed
// sign-in it names the sign-in, not the request that needed it.
func interrupted(ctx context.Context, doing string, last error) error {
	if IsSignIn(last) {
		doing = "signing in"
	}
	return &InterruptedError{Cause: ctx.Err(), Doing: doing, Last: last}
}

// paragraphs joins the non-empty texts with empty lines.
func paragraphs(texts ...string) string {
	texts = slices.DeleteFunc(texts, func(text string) bool { return text == "" })
	return strings.Join(texts, "\n\n")
}
