package messages_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/bounds"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/messages"
)

func refused(status int, code, message string) *azureml.Error {
	return &azureml.Error{StatusCode: status, Info: azureml.ErrorInfo{Code: code, Message: message}, RequestID: "r1"}
}

// Each kind of error has advice, at the end of its detail.
func TestEachKindHasAdvice(t *testing.T) {
	tests := map[azureml.ErrorKind]struct {
		err  *azureml.Error
		says string
	}{
		azureml.KindUnsupportedAPIVersion: {refused(400, "NoRegisteredProviderFound", ""), "Set compute_api_version"},
		azureml.KindUnregisteredProvider:  {refused(409, "MissingSubscriptionRegistration", ""), "az provider register"},
		azureml.KindUnknownSubscription:   {refused(404, "SubscriptionNotFound", ""), "Check tenant_id"},
		azureml.KindWorkspaceGone:         {refused(404, "ResourceGroupNotFound", ""), "Check workspace_id"},
		azureml.KindDisabledSubscription:  {refused(409, "ReadOnlyDisabledSubscription", ""), "The subscription is disabled"},
		azureml.KindDeniedByPolicy:        {refused(403, "RequestDisallowedByPolicy", ""), "A policy"},
		azureml.KindManagementLock:        {refused(409, "ScopeLocked", ""), "A management lock"},
		azureml.KindUnauthorized:          {refused(401, "InvalidAuthenticationToken", ""), "sign in again"},
		azureml.KindForbidden:             {refused(403, "AuthorizationFailed", ""), "Contributor on the workspace"},
		azureml.KindOperationInProgress:   {refused(409, "Conflict", ""), "Another operation"},
		azureml.KindThrottled:             {refused(429, "TooManyRequests", ""), "-parallelism"},
		azureml.KindPrivateLink:           {refused(502, "BadGateway", "Use its Private Endpoint."), "private DNS zone"},
		azureml.KindServerError:           {refused(500, "InternalServerError", ""), "This is an error in Azure"},
		azureml.KindUnrecognizedNotFound:  {refused(404, "", ""), "any proxy in between"},
	}
	for kind := azureml.KindOther + 1; kind <= azureml.KindUnrecognizedNotFound; kind++ {
		test := tests[kind]
		if test.err == nil {
			t.Errorf("kind %d has no case", kind)
			continue
		}
		if got := test.err.Kind(); got != kind {
			t.Errorf("%s is of kind %d, want %d", test.err.Info.Code, got, kind)
		}
		detail := messages.Detail(fmt.Errorf("workspace %q: %w", "ws0", test.err))
		_, last, _ := strings.Cut(detail, "Request id: r1")
		if !strings.Contains(last, test.says) {
			t.Errorf("the detail for %s does not end with %q:\n%s", test.err.Info.Code, test.says, detail)
		}
	}
}

// Of a list of workspaces, the advice is about what chooses the list.
func TestAdviceOfListsOfWorkspaces(t *testing.T) {
	for says, err := range map[string]*azureml.Error{
		"Check tenant_id in the provider block, and subscription_id": refused(404, "SubscriptionNotFound", ""),
		"Check resource_group_name":                                  refused(404, "ResourceGroupNotFound", ""),
		"needs Reader on the subscription":                           refused(403, "AuthorizationFailed", ""),
		"-parallelism":                                               refused(429, "TooManyRequests", ""),
	} {
		detail := messages.Detail(&azureml.WorkspacesError{Of: "subscription s", Cause: err})
		if !strings.HasPrefix(detail, "Workspaces of subscription s: ") || !strings.Contains(detail, says) || strings.Contains(detail, "Check workspace_id") {
			t.Errorf("the detail does not have %q:\n%s", says, detail)
		}
	}
}

// An error keeps its advice inside an error that wraps it.
func TestAdviceOfWrappedErrors(t *testing.T) {
	throttled := refused(429, "TooManyRequests", "")
	noReply := &azureml.NoReplyError{Method: "GET", Path: "/x", Cause: errors.New("connection reset")}
	untrusted := &azureml.NoReplyError{Method: "GET", Path: "/x", Cause: &bounds.CertificateError{Cause: &tls.CertificateVerificationError{Err: errors.New("unknown authority")}}}
	gone := &azureml.NotFoundError{Name: "c1", Cause: refused(404, "ParentResourceNotFound", "")}
	for says, err := range map[string]error{
		"-parallelism":            &azureml.InterruptedError{Cause: context.DeadlineExceeded, Doing: "attaching", Last: throttled},
		"Check the network":       &azureml.NotSentError{Cause: noReply},
		"ca_certificate_path":     untrusted,
		"Check workspace_id":      gone,
		"ARM_SUBSCRIPTION_ID":     azureml.ErrNoSubscription,
		"here or in the provider": fmt.Errorf("%w: it is not a GUID", azureml.ErrSubscriptionName),
		"The function trimspace":  fmt.Errorf("not an id: %w", azureml.ErrWhiteSpace),
		"Interrupted while rea":   &azureml.InterruptedError{Cause: context.Canceled, Doing: "reading"},
	} {
		if detail := messages.Detail(err); !strings.Contains(detail, says) {
			t.Errorf("the detail does not have %q:\n%s", says, detail)
		}
	}
}

func TestDetail(t *testing.T) {
	for text, want := range map[string]string{
		"it failed":                      "It failed.",
		"it failed.":                     "It failed.",
		`no compute "c1"`:                `No compute "c1".`,
		"Azure refused.\nRequest id: 1":  "Azure refused.\nRequest id: 1",
		"the name is taken":              "The name is taken.",
		"it is \"maybe\"":                "It is \"maybe\".",
		"see:\n- this":                   "See:\n- this.",
		"Azure says\nRequest id: 1":      "Azure says\nRequest id: 1",
		"partner_id in the block is odd": "partner_id in the block is odd.",
		"":                               "",
	} {
		if got := messages.Detail(errors.New(text)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
