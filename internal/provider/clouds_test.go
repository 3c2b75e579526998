package provider_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// Each cloud has its own authority, Resource Manager and audience, and no request goes to
// the hosts of another cloud.
func TestClouds(t *testing.T) {
	for name, test := range map[string]struct {
		changes     acctest.Attributes
		environment map[string]string
		hosts       []string
		audience    string
	}{
		"public": {
			nil, nil,
			[]string{"login.microsoftonline.com", "management.azure.com"},
			"https://management.core.windows.net/",
		},
		"US government": {
			acctest.Attributes{"environment": "usgovernment"},
			nil,
			[]string{"login.microsoftonline.us", "management.usgovcloudapi.net"},
			"https://management.core.usgovcloudapi.net/",
		},
		"China, from the environment": {
			nil,
			map[string]string{"ARM_ENVIRONMENT": "china"},
			[]string{"login.chinacloudapi.cn", "management.chinacloudapi.cn"},
			"https://management.core.chinacloudapi.cn/",
		},
		"an empty value hides the environment's": {
			acctest.Attributes{"environment": ""},
			map[string]string{"ARM_ENVIRONMENT": "china"},
			[]string{"login.microsoftonline.com", "management.azure.com"},
			"https://management.core.windows.net/",
		},
		"a private cloud": {
			acctest.Attributes{"disable_instance_discovery": true, "endpoint": acctest.Attributes{
				"active_directory_authority_host": "https://login.private.example/", "resource_manager_endpoint": "https://arm.private.example",
				"resource_manager_audience": "https://management.private.example/arm",
			}},
			nil,
			[]string{"arm.private.example", "login.private.example"},
			"https://management.private.example/arm",
		},
	} {
		t.Run(name, func(t *testing.T) {
			for variable, value := range test.environment {
				t.Setenv(variable, value)
			}
			e := acctest.NewEmulator(t, emulator.WithAudience(test.audience))
			changes := acctest.Attributes{"endpoint": nil, "disable_instance_discovery": nil}
			maps.Copy(changes, test.changes)
			hosts := map[string]bool{}
			must(t, signIn(t, e, changes, func(options *azureml.Options) {
				options.Transport = inCloud{before{options.Transport, func(request *http.Request) { hosts[request.URL.Host] = true }}, e.URL()}
			}))
			wantAttached(t, e)
			if diff := cmp.Diff(test.hosts, slices.Sorted(maps.Keys(hosts))); diff != "" {
				t.Errorf("requests went to other hosts (-want +got):\n%s", diff)
			}
			for _, request := range e.ARMRequests() {
				if audience := claimsOf(t, request.Header.Get("Authorization")).Audience; audience != test.audience {
					t.Errorf("the token is for %q", audience)
				}
			}
		})
	}
}

// inCloud replaces the emulator's address in its replies by the host of the request.
type inCloud struct {
	next before
	url  string
}

func (c inCloud) Do(request *http.Request) (*http.Response, error) {
	response, err := c.next.Do(request)
	if err != nil {
		return nil, err
	}
	host := "https://" + request.URL.Host
	for _, values := range response.Header {
		for i := range values {
			values[i] = strings.ReplaceAll(values[i], c.url, host)
		}
	}
	body, err := io.ReadAll(response.Body)
	if err == nil {
		err = response.Body.Close()
	}
	body = bytes.ReplaceAll(body, []byte(c.url), []byte(host))
	response.Body, response.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return response, err
}
