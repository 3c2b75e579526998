package auth_test

import (
	"crypto/sha1" // Service Fabric's kind of thumbprint
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/bounds"
)

const identityEndpoint = "http://169.254.169.254/own/path"

// endpoint is a managed identity endpoint. It refuses requests without the header that it
// requires, and responds to others with this status and body, or not at all.
type endpoint struct {
	status int
	body   string
	err    error
	// refused counts the refused requests; last is the last other one.
	refused int
	last    *http.Request
}

func (e *endpoint) Do(request *http.Request) (*http.Response, error) {
	status, body := e.status, e.body
	if request.Header.Get("Metadata") == "" {
		e.refused++
		status, body = http.StatusBadRequest, "Required metadata header not specified"
	} else {
		e.last = request
		if e.err != nil {
			return nil, e.err
		}
	}
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: request,
	}, nil
}

// endpointCredential signs in with the endpoint at msi_endpoint.
func endpointCredential(t *testing.T, changes block, e *endpoint) (*auth.Credential, error) {
	t.Helper()
	s := settings(with(block{auth.UseMSI: "true", auth.MSIEndpoint: identityEndpoint}, changes), nil)
	choice, err := s.Choose()
	if err != nil {
		t.Fatal(err)
	}
	return auth.NewCredential(s, choice, policy.ClientOptions{Transport: e})
}

var managementScope = policy.TokenRequestOptions{Scopes: []string{"https://management.azure.com/.default"}}

// Each kind of endpoint gives the lifetime of a token in its own form.
func TestIdentityEndpointToken(t *testing.T) {
	for name, test := range map[string]struct {
		says  string
		lives time.Duration
	}{
		"seconds":               {`"expires_in": 3600`, time.Hour},
		"seconds in a string":   {`"expires_in": "3600"`, time.Hour},
		"seconds first":         {`"expires_in": 3600, "expires_on": 1`, time.Hour},
		"a time":                {`"expires_on": "946692000"`, 2 * time.Hour}, // a synctest bubble starts at the year 2000
		"seconds after a blank": {`"expires_in": "", "expires_on": 946692000`, 2 * time.Hour},
		"seconds and a date":    {`"expires_in": "3600", "expires_on": "1/1/2000 2:00:00 AM +00:00"`, time.Hour},
		"a date":                {`"expires_on": "1/1/2000 2:00:00 AM +00:00"`, 0},
		"nothing":               {`"token_type": "Bearer"`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				want := time.Now().Add(test.lives)
				e := &endpoint{status: http.StatusOK, body: `{"access_token": "t", ` + test.says + `}`}
				credential, err := endpointCredential(t, nil, e)
				if err != nil {
					t.Fatal(err)
				}
				token, err := credential.GetToken(t.Context(), managementScope)
				if err != nil || token.Token != "t" || !token.ExpiresOn.Equal(want) {
					t.Errorf("got %q until %s, %v; want it until %s", token.Token, token.ExpiresOn, err, want)
				}
				if got := e.last.URL.String(); got != identityEndpoint+"?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com" {
					t.Errorf("the request is %s", got)
				}
			})
		})
	}
}

// Azure Arc first requires the content of a file that only some users can read.
func TestAzureArcWithoutItsFile(t *testing.T) {
	arc := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", "Basic realm=/no/such/folder/a.key")
		http.Error(w, `{"error_description": "Missing Basic Authorization header"}`, http.StatusUnauthorized)
	}))
	defer arc.Close()
	for variable, value := range map[string]string{"IDENTITY_ENDPOINT": arc.URL, "IMDS_ENDPOINT": arc.URL, "IDENTITY_HEADER": "", "MSI_ENDPOINT": ""} {
		t.Setenv(variable, value)
	}
	s := settings(block{auth.UseMSI: "true"}, nil)
	choice, err := s.Choose()
	if err != nil {
		t.Fatal(err)
	}
	credential, err := auth.NewCredential(s, choice, policy.ClientOptions{Transport: arc.Client()})
	if err != nil {
		t.Fatal(err)
	}
	_, err = credential.GetToken(t.Context(), managementScope)
	// On macOS, which Azure Arc does not support, the library does not get as far as the path.
	if err == nil || strings.Contains(err.Error(), "Missing Basic") || !strings.Contains(err.Error(), "path") && !strings.Contains(err.Error(), "platform") {
		t.Errorf("the error is not about the file: %v", err)
	}
}

// An endpoint that was up once, and does not respond any more, is retried for 20 s.
func TestIdentityEndpointBreaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		credential, err := endpointCredential(t, nil, &endpoint{err: errors.New("connection reset")})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		_, err = credential.GetToken(t.Context(), managementScope)
		if took := time.Since(began); err == nil || !strings.Contains(err.Error(), "169.254.169.254 could not be reached: connection reset") || took < 20*time.Second || took > 25*time.Second {
			t.Errorf("after %s, the error is %v", took, err)
		}
	})
}

// The reply of an endpoint is limited, as any other one.
func TestIdentityEndpointIsBounded(t *testing.T) {
	t.Setenv("MSI_ENDPOINT", "http://localhost:50342/oauth2/token")
	synctest.Test(t, func(t *testing.T) {
		e := &endpoint{status: http.StatusOK, body: strings.Repeat("x", 17<<20)}
		credential, err := auth.NewCredential(settings(block{auth.UseMSI: "true"}, nil), auth.Choice{Method: auth.ManagedIdentityMethod}, policy.ClientOptions{
			Transport: bounds.Transport(e),
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{"https://long.example/.default"}})
		if err == nil || !strings.Contains(err.Error(), "is larger than 16 MiB") {
			t.Errorf("got %v", err)
		}
	})
}

// Service Fabric's endpoint has a certificate that no authority issued: azidentity accepts
// exactly the one of IDENTITY_SERVER_THUMBPRINT.
func TestServiceFabric(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		_, _ = fmt.Fprintf(w, `{"access_token": %q, "expires_on": %d, "token_type": "Bearer"}`, "for "+request.Header.Get("Secret"), time.Now().Add(time.Hour).Unix())
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	thumbprint := sha1.Sum(server.Certificate().Raw)
	t.Setenv("IDENTITY_ENDPOINT", server.URL+"/metadata/identity/oauth2/token")
	t.Setenv("IDENTITY_HEADER", "the header")
	for _, test := range []struct{ name, thumbprint, token string }{
		{"another's", strings.Repeat("00", sha1.Size), ""},
		{"its own", hex.EncodeToString(thumbprint[:]), "for the header"}, // last, because azidentity keeps the token
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("IDENTITY_SERVER_THUMBPRINT", test.thumbprint)
			s := settings(block{auth.UseMSI: "true"}, nil)
			client, err := s.Transport()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(client.CloseIdleConnections)
			credential, err := auth.NewCredential(s, auth.Choice{Method: auth.ManagedIdentityMethod}, policy.ClientOptions{
				Transport: bounds.Transport(client), Retry: policy.RetryOptions{MaxRetries: -1},
			})
			if err != nil {
				t.Fatal(err)
			}
			token, err := credential.GetToken(t.Context(), managementScope)
			if token.Token != test.token || (err == nil) != (test.token != "") {
				t.Errorf("got %q, %v; want %q", token.Token, err, test.token)
			}
		})
	}
}

// Cloud Shell has only one identity, at MSI_ENDPOINT.
func TestIdentityOfCloudShell(t *testing.T) {
	t.Setenv("MSI_ENDPOINT", "http://localhost:50342/oauth2/token")
	synctest.Test(t, func(t *testing.T) {
		e := &endpoint{status: http.StatusOK, body: `{"access_token": "t", "expires_in": "3600", "resource": "r", "token_type": "Bearer"}`}
		credential, err := auth.NewCredential(settings(block{auth.UseMSI: "true"}, nil), auth.Choice{Method: auth.ManagedIdentityMethod}, policy.ClientOptions{Transport: e})
		if err != nil {
			t.Fatal(err)
		}
		token, err := credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{"https://shell.example/.default"}})
		if err != nil || token.Token != "t" || e.refused != 1 || e.last.URL.Host != "localhost:50342" {
			t.Errorf("got %q, %v, after %d probes", token.Token, err, e.refused)
		}
	})
	_, err := auth.NewCredential(settings(block{auth.UseMSI: "true", auth.ClientID: "c"}, nil), auth.Choice{Method: auth.ManagedIdentityMethod}, policy.ClientOptions{})
	if err == nil || !strings.Contains(err.Error(), "Signing in with managed identity") || !strings.Contains(err.Error(), "user-assigned") {
		t.Errorf("got %v", err)
	}
}

// The request has the configured identity and api-version. The endpoint is probed only once.
func TestIdentityEndpointRequests(t *testing.T) {
	e := &endpoint{status: http.StatusOK, body: `{"access_token": "t", "expires_in": 1}`}
	credential, err := endpointCredential(t, block{auth.ClientID: "c", auth.MSIAPIVersion: "2020-06-01"}, e)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := credential.GetToken(t.Context(), managementScope); err != nil {
			t.Fatal(err)
		}
		if got := e.last.URL.String(); got != identityEndpoint+"?api-version=2020-06-01&client_id=c&resource=https%3A%2F%2Fmanagement.azure.com" {
			t.Errorf("the request is %s", got)
		}
	}
	if e.refused != 1 {
		t.Errorf("the endpoint was probed %d times, want once", e.refused)
	}
}

func TestIdentityEndpointFails(t *testing.T) {
	for name, test := range map[string]struct {
		changes block
		status  int
		body    string
		says    string
	}{
		"no JSON":     {nil, http.StatusOK, "<html>", "169.254.169.254 responded OK, in a form that is not Azure's"},
		"plain token": {nil, http.StatusOK, "t0ken", "169.254.169.254 responded OK, in a form that is not Azure's"},
		"no token":    {nil, http.StatusOK, "{}", "169.254.169.254 did not return a token"},
		"half of one": {nil, http.StatusOK, `{"access_token": 1, "expires_in": 3600}`, "169.254.169.254 did not return a token"},
		"a refusal":   {nil, http.StatusBadRequest, `{"error_description": "Identity not found", "access_token": "t"}`, "Identity not found"},
		"no body":     {nil, http.StatusBadRequest, "", "169.254.169.254 responded Bad Request\n"},
		"plain text":  {nil, http.StatusBadRequest, strings.Repeat("x", 999), "169.254.169.254 responded Bad Request: xxx"},
		"a long text": {nil, http.StatusBadRequest, strings.Repeat("x", 1000), "169.254.169.254 responded Bad Request, in a form that is not Azure's"},
		"no address":  {block{auth.MSIEndpoint: "http://a b/"}, 0, "", "msi_endpoint in the provider block is not a valid address"},
		"no host":     {block{auth.MSIEndpoint: "/metadata/identity"}, 0, "", "msi_endpoint in the provider block is not a valid address"},
		"plain HTTP":  {block{auth.MSIEndpoint: "http://identity.example/"}, 0, "", "msi_endpoint in the provider block: http://identity.example is refused"},
		"no HTTP":     {block{auth.MSIEndpoint: "ftp://localhost/"}, 0, "", "msi_endpoint in the provider block: ftp://localhost is refused"},
	} {
		t.Run(name, func(t *testing.T) {
			credential, err := endpointCredential(t, test.changes, &endpoint{status: test.status, body: test.body})
			if err == nil {
				_, err = credential.GetToken(t.Context(), managementScope)
			}
			if err == nil || !strings.Contains(err.Error(), test.says) || !strings.HasPrefix(err.Error(), "Signing in with managed identity (use_msi in the provider block) failed:\n") {
				t.Errorf("got %v", err)
			}
			if strings.Contains(err.Error(), "t0ken") {
				t.Errorf("the error contains a token: %v", err)
			}
			if strings.Contains(test.says, "is refused") != strings.Contains(err.Error(), "\n\nUse an https address.") {
				t.Errorf("the advice is another one: %v", err)
			}
		})
	}
}
