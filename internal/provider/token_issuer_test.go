package provider_test

import (
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// Each issuer of tokens gets the request that it documents.
func TestTokenIssuerRequest(t *testing.T) {
	for name, test := range map[string]struct {
		job          func(*emulator.Emulator) emulator.Job
		query        string
		want         string
		isAzureDevOp bool
	}{
		"GitHub Actions":               {(*emulator.Emulator).GitHubJob, "", "GET api-version=2.0&audience=api%3A%2F%2FAzureADTokenExchange", false},
		"GitHub Actions, an audience":  {(*emulator.Emulator).GitHubJob, "&audience=api%3A%2F%2Fown", "GET api-version=2.0&audience=api%3A%2F%2Fown", false},
		"Azure DevOps":                 {(*emulator.Emulator).AzureDevOpsJob, "", "POST api-version=7.1&serviceConnectionId=00000000-0000-0000-0000-0000000000b3", true},
		"Azure DevOps, an api-version": {(*emulator.Emulator).AzureDevOpsJob, "?api-version=7.2-preview.1", "POST api-version=7.2-preview.1&serviceConnectionId=00000000-0000-0000-0000-0000000000b3", true},
	} {
		t.Run(name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			job := test.job(e)
			changes := acctest.Attributes{"use_oidc": true, "oidc_request_url": job.RequestURL + test.query, "oidc_request_token": job.RequestToken}
			if job.ServiceConnectionID != "" {
				changes["oidc_azure_service_connection_id"] = job.ServiceConnectionID
			}
			err := signIn(t, e, without(changes))
			if test.query == "" {
				must(t, err) // Entra ID refuses another audience
			}
			for _, request := range e.Requests() {
				if !strings.Contains(request.Path, "/_apis/") {
					continue
				}
				if got := request.Method + " " + request.Query; got != test.want {
					t.Errorf("the request is %s, want %s", got, test.want)
				}
				contentType, redirect := "", ""
				if test.isAzureDevOp {
					contentType, redirect = "application/json", "Suppress"
				}
				for header, want := range map[string]string{
					"Accept": "application/json", "Authorization": "Bearer " + job.RequestToken, "Content-Type": contentType, "X-TFS-FedAuthRedirect": redirect,
				} {
					if got := request.Header.Get(header); got != want {
						t.Errorf("the header %s is %q, want %q", header, got, want)
					}
				}
				return
			}
			t.Error("the issuer got no request")
		})
	}
}

func TestTokenIssuerFails(t *testing.T) {
	for name, test := range map[string]struct {
		changes acctest.Attributes
		reply   emulator.Fault
		says    string
	}{
		"no JSON":        {nil, emulator.Fault{Status: http.StatusOK, Body: "<html>"}, "did not return an OpenID Connect token"},
		"no token":       {nil, emulator.Fault{Status: http.StatusOK, Body: "{}"}, "did not return an OpenID Connect token"},
		"half a token":   {nil, emulator.Fault{Status: http.StatusOK, Body: `{"value": "t", "message": 1}`}, "did not return an OpenID Connect token"},
		"a refusal":      {nil, emulator.Fault{Status: http.StatusForbidden, Body: `{"message": "not you"}`}, "token: 403 Forbidden not you\n"},
		"a bare refusal": {nil, emulator.Fault{Status: http.StatusForbidden, Body: "{}"}, "token: 403 Forbidden\n"},
		"a server error": {nil, emulator.Fault{Status: http.StatusServiceUnavailable, Body: "{}"}, "token: 503 Service Unavailable\n\nThe credential is not the cause."},
		"no reply":       {acctest.Attributes{"oidc_request_url": "https://nowhere.example/token"}, emulator.Fault{}, "nowhere.example could not be reached"},
		"no address":     {acctest.Attributes{"oidc_request_url": "https://a b/"}, emulator.Fault{}, "oidc_request_url in the provider block is not a valid address"},
		"no host":        {acctest.Attributes{"oidc_request_url": "/token"}, emulator.Fault{}, "oidc_request_url in the provider block is not a valid address\n\nSet it to a whole address"},
		"no escape":      {acctest.Attributes{"oidc_request_url": "https://ci.example/%zz"}, emulator.Fault{}, "oidc_request_url in the provider block is not a valid address"},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			if test.reply.Status != 0 {
				test.reply.Path, test.reply.Times = "/_apis/", -1
				e.Inject(test.reply)
			}
			changes := acctest.Attributes{"use_oidc": true, "oidc_request_url": e.GitHubJob().RequestURL, "oidc_request_token": e.GitHubJob().RequestToken}
			maps.Copy(changes, test.changes)
			err := signIn(t, e, without(changes), func(options *azureml.Options) {
				options.Transport = failing{options.Transport, "nowhere.example", func(*http.Request) error { return errors.New("connect: no route to host") }}
			})
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v", err)
			}
		})
	}
}
