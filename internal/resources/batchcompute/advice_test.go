package batchcompute_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// An error of Azure has advice that depends on its code, or else on its status. An unknown
// error has none.
func TestErrorsHaveAdvice(t *testing.T) {
	const (
		apiVersion   = "Set compute_api_version in the provider block"
		tenant       = "Check tenant_id in the provider block, and the subscription in the id"
		workspace    = "Check workspace_id: its subscription"
		rights       = "The credential needs Contributor on the workspace"
		token        = "Azure does not accept the token"
		busy         = "Another operation is changing this compute"
		privateLink  = "The workspace uses a private link"
		serverError  = "This is an error in Azure"
		notGone      = "This is not how Azure says that something does not exist"
		registration = "az provider register --namespace Microsoft.MachineLearningServices"
		disabled     = "The subscription is disabled"
		policy       = "A policy of the subscription or the management group forbids it"
		lock         = "A management lock forbids the change"
		limits       = "Azure limits the requests of one principal"
	)
	all := []string{apiVersion, tenant, workspace, rights, token, busy, privateLink, serverError, notGone, registration, disabled, policy, lock, limits}
	for _, test := range []struct {
		status        int
		code, message string
		advice        string // empty for none
	}{
		{400, "NoRegisteredProviderFound", "No.", apiVersion},
		{400, "InvalidResourceType", "No.", apiVersion},
		{400, "InvalidApiVersionParameter", "No.", apiVersion},
		{409, "MissingSubscriptionRegistration", "No.", registration},
		{404, "SubscriptionNotFound", "No.", tenant},
		{400, "InvalidSubscriptionId", "No.", tenant},
		{404, "ParentResourceNotFound", "No.", workspace},
		{404, "ResourceGroupNotFound", "No.", workspace},
		{404, "WorkspaceNotFound", "No.", workspace},
		{409, "ReadOnlyDisabledSubscription", "No.", disabled},
		{403, "RequestDisallowedByPolicy", "No.", policy},
		{409, "ScopeLocked", "No.", lock},
		{401, "InvalidAuthenticationToken", "No.", token},
		{403, "AuthorizationFailed", "No.", rights},
		{409, "QuotaExceeded", "No.", ""},
		{423, "QuotaExceeded", "No.", ""},
		{409, "ResourceGroupNotFound", "No.", ""},
		{429, "TooManyRequests", "No.", limits},
		{410, "Conflict", "No.", ""},
		{424, "Locked", "No.", ""},
		{499, "Other", "No.", ""},
		{400, "Other", "There is no private endpoint.", ""},
		{500, "Other", "No.", serverError},
		{503, "Other", "Use the private-link.", privateLink},
		{500, "Other", "Use the Private Endpoint.", privateLink},
		{404, "Other", "No.", notGone},
		{405, "Other", "No.", ""},
		{404, "NotFound", "No.", ""},
	} {
		acctest.Run(t, fmt.Sprint(test.status, " ", test.code, " ", test.message), func(t *testing.T) {
			e := acctest.NewEmulator(t)
			core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
			e.Inject(emulator.Fault{
				Method: http.MethodPut, Times: -1, Status: test.status, Header: map[string]string{"x-ms-request-id": "one", "x-ms-correlation-request-id": "two"},
				Body: fmt.Sprintf(`{"error": {"code": %q, "message": %q}}`, test.code, test.message),
			})
			_, d := core.Apply(t.Context(), acctest.State{}, byNames())
			if d.Err() == nil {
				t.Fatal("the attach succeeded")
			}
			text := d.Err().Error()
			for _, words := range []string{
				test.code + ": " + test.message, fmt.Sprintf("(HTTP %d %s)", test.status, http.StatusText(test.status)), "Request: PUT /subscriptions/", "Request id: one\nCorrelation id: two",
			} {
				if !strings.Contains(text, words) {
					t.Errorf("the error does not say %q:\n%s", words, text)
				}
			}
			if strings.Contains(text, "\n\n\n") {
				t.Errorf("the error has an empty paragraph:\n%s", text)
			}
			for _, words := range all {
				if got := strings.Contains(text, words); got != (words == test.advice) {
					t.Errorf("the error has %q: %t; want only %q:\n%s", words, got, test.advice, text)
				}
			}
		})
	}
}

// An error has each of the ids that Azure support needs once, and no label without an id.
func TestErrorsHaveRequestIDs(t *testing.T) {
	for name, test := range map[string]struct {
		header map[string]string
		says   string
		not    string
	}{
		"both the same":    {map[string]string{"x-ms-request-id": "one", "x-ms-correlation-request-id": "one"}, "Request id: one", "Correlation id"},
		"a correlation id": {map[string]string{"x-ms-correlation-request-id": "two"}, "Correlation id: two", "Request id"},
		"a request id":     {map[string]string{"x-ms-request-id": "one"}, "Request id: one", "Correlation id"},
		"none":             {nil, "Azure replied 400 Bad Request without saying why", "id: "},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			core := acctest.NewEmulatorCore(t, e)
			e.Inject(emulator.Fault{Method: http.MethodPut, Times: -1, Status: http.StatusBadRequest, Header: test.header})
			_, d := core.Apply(t.Context(), acctest.State{}, byNames())
			if d.Err() == nil || !strings.Contains(d.Err().Error(), test.says) || strings.Contains(d.Err().Error(), test.not) {
				t.Errorf("got %v", d.Err())
			}
		})
	}
}
