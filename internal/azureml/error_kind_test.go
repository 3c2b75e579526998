package azureml

import (
	"fmt"
	"net/http"
	"testing"
)

// refusal is the error of a reply with a status, a code and a message.
func refusal(status int, code, message string) *Error {
	body := fmt.Sprintf(`{"error": {"code": %q, "message": %q}}`, code, message)
	return newError(&http.Response{StatusCode: status, Header: http.Header{}}, []byte(body))
}

// Azure's code says what an error means; without one that is known, its status does.
func TestErrorKinds(t *testing.T) {
	for _, test := range []struct {
		status        int
		code, message string
		want          ErrorKind
		permanent     bool
	}{
		{400, "NoRegisteredProviderFound", "", KindUnsupportedAPIVersion, false},
		{400, "InvalidResourceType", "", KindUnsupportedAPIVersion, false},
		{400, "InvalidApiVersionParameter", "", KindUnsupportedAPIVersion, false},
		{409, "MissingSubscriptionRegistration", "", KindUnregisteredProvider, true},
		{404, "SubscriptionNotFound", "", KindUnknownSubscription, false},
		{400, "InvalidSubscriptionId", "", KindUnknownSubscription, false},
		{404, "ParentResourceNotFound", "", KindWorkspaceGone, false},
		{404, "ResourceGroupNotFound", "", KindWorkspaceGone, false},
		{404, "WorkspaceNotFound", "", KindWorkspaceGone, false},
		{400, "ResourceGroupNotFound", "", KindOther, false},
		{409, "ReadOnlyDisabledSubscription", "", KindDisabledSubscription, true},
		{403, "RequestDisallowedByPolicy", "", KindDeniedByPolicy, false},
		{409, "ScopeLocked", "", KindManagementLock, true},
		{400, "", "", KindOther, false},
		{401, "", "", KindUnauthorized, false},
		{402, "", "", KindOther, false},
		{403, "", "", KindForbidden, false},
		{404, "", "", KindUnrecognizedNotFound, false},
		{404, "ResourceNotFound", "", KindOther, false},
		{405, "", "", KindOther, false},
		{409, "", "", KindOperationInProgress, false},
		{409, "Conflict", "", KindOperationInProgress, false},
		{409, "ConflictingOperation", "", KindOperationInProgress, false},
		{409, "OperationInProgress", "", KindOperationInProgress, false},
		{409, "AnotherOperationInProgress", "", KindOperationInProgress, false},
		{409, "ResourceBusy", "", KindOperationInProgress, false},
		{409, "QuotaExceeded", "", KindOther, false},
		{410, "", "", KindOther, false},
		{423, "Locked", "", KindOperationInProgress, false},
		{424, "", "", KindOther, false},
		{429, "", "", KindThrottled, false},
		{430, "", "", KindOther, false},
		{499, "", "Use its private endpoint.", KindOther, false},
		{500, "", "Use its private endpoint.", KindPrivateLink, false},
		{503, "", "It needs a Private-Link.", KindPrivateLink, false},
		{500, "", "", KindServerError, false},
		{599, "", "", KindServerError, false},
	} {
		e := refusal(test.status, test.code, test.message)
		if e.Kind() != test.want || e.permanent() != test.permanent {
			t.Errorf("%d %s %s: kind %d, permanent %t; want %d, %t", test.status, test.code, test.message, e.Kind(), e.permanent(), test.want, test.permanent)
		}
	}
	e := refusal(409, "Conflict", "")
	if e.idle = true; e.Kind() != KindOther {
		t.Errorf("a conflict without an operation has kind %d", e.Kind())
	}
}
