package auth_test

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
)

func TestCloud(t *testing.T) {
	for name, test := range map[string]struct {
		block                         block
		authority, endpoint, audience string
	}{
		"public by default": {nil, "https://login.microsoftonline.com/", "https://management.azure.com", "https://management.core.windows.net/"},
		"US government":     {block{auth.Environment: "usgovernment"}, "https://login.microsoftonline.us/", "https://management.usgovcloudapi.net", "https://management.core.usgovcloudapi.net/"},
		"China":             {block{auth.Environment: "China"}, "https://login.chinacloudapi.cn/", "https://management.chinacloudapi.cn", "https://management.core.chinacloudapi.cn/"},
		"own endpoints": {
			block{auth.AuthorityHost: "https://login.example/", auth.ResourceManagerEndpoint: "https://arm.example/path/"},
			"https://login.example", "https://arm.example/path", "https://arm.example",
		},
		"a slash at the end": {
			block{auth.ResourceManagerEndpoint: "https://arm.example/"},
			"https://login.microsoftonline.com/", "https://arm.example", "https://arm.example",
		},
		"own audience": {
			block{auth.ResourceManagerEndpoint: "https://arm.example", auth.ResourceManagerAudience: "https://audience.example"},
			"https://login.microsoftonline.com/", "https://arm.example", "https://audience.example",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := settings(test.block, nil).Cloud(t.Context(), auth.CLIMethod, nil)
			if err != nil {
				t.Fatal(err)
			}
			manager := got.Services[cloud.ResourceManager]
			if got.ActiveDirectoryAuthorityHost != test.authority || manager.Endpoint != test.endpoint || manager.Audience != test.audience {
				t.Errorf("got %q, %q, %q", got.ActiveDirectoryAuthorityHost, manager.Endpoint, manager.Audience)
			}
		})
	}
}

// AKS sets AZURE_AUTHORITY_HOST in every pod. It is the authority for AKS workload
// identity, unless another setting names the cloud.
func TestAuthorityInAPodOfAKS(t *testing.T) {
	for name, test := range map[string]struct {
		method      auth.Method
		block       block
		environment environment
		want        string
	}{
		"nothing else":          {auth.AKSMethod, nil, nil, "https://login.pod.example"},
		"the SDKs' environment": {auth.AKSMethod, nil, environment{"AZURE_ENVIRONMENT": "usgovernment"}, "https://login.pod.example"},
		"another method":        {auth.ClientSecretMethod, nil, nil, "https://login.microsoftonline.com/"},
		"the block's":           {auth.AKSMethod, block{auth.Environment: "usgovernment"}, nil, "https://login.microsoftonline.us/"},
		"azurerm's":             {auth.AKSMethod, nil, environment{"ARM_ENVIRONMENT": "usgovernment"}, "https://login.microsoftonline.us/"},
		"the block's own authority": {
			auth.AKSMethod, block{auth.Environment: "usgovernment", auth.AuthorityHost: "https://login.own.example"}, nil, "https://login.own.example",
		},
		"azurerm's own authority": {
			auth.AKSMethod,
			block{auth.Environment: "usgovernment"},
			environment{"ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST": "https://login.own.example"},
			"https://login.own.example",
		},
	} {
		t.Run(name, func(t *testing.T) {
			variables := with(environment{"AZURE_AUTHORITY_HOST": "https://login.pod.example/"}, test.environment)
			got, err := settings(test.block, variables).Cloud(t.Context(), test.method, nil)
			if err != nil || got.ActiveDirectoryAuthorityHost != test.want {
				t.Errorf("got %q, %v; want %q", got.ActiveDirectoryAuthorityHost, err, test.want)
			}
		})
	}
}

// Every name that azurerm, azapi and Azure CLI use for a cloud is valid. The Azure SDKs'
// variable is not read.
func TestCloudNames(t *testing.T) {
	endpoints := map[string][]string{
		"https://management.azure.com":         {"", "public", "Global", "canary", "AzureCloud", "AzurePublicCloud"},
		"https://management.usgovcloudapi.net": {"usgovernment", "USGovernmentL4", "usgovernmentl5", "dod", "AzureUSGovernment", "AzureUSGovernmentCloud"},
		"https://management.chinacloudapi.cn":  {"china", "AzureChinaCloud"},
	}
	for want, names := range endpoints {
		for _, name := range names {
			got, err := settings(nil, environment{"ARM_ENVIRONMENT": name, "AZURE_ENVIRONMENT": "production"}).Cloud(t.Context(), auth.CLIMethod, nil)
			if err != nil || got.Services[cloud.ResourceManager].Endpoint != want {
				t.Errorf("%s is %v, %v", name, got, err)
			}
		}
	}
}

// The block is checked before it is trimmed, and an empty value hides the variable.
func TestCheckEnvironment(t *testing.T) {
	for name, valid := range map[string]bool{"": true, " ": true, "Public\r\n": true, "dod": true, "Custom": true, "germany": false, "pub lic": false} {
		if err := auth.CheckEnvironment(name); (err == nil) != valid {
			t.Errorf("%q: %v, want it to be valid: %t", name, err, valid)
		}
	}
}

// An incomplete custom cloud is an error: nothing is sent to the public cloud instead.
func TestCustomCloud(t *testing.T) {
	complete := block{
		auth.Environment: "custom", auth.AuthorityHost: "https://login.example",
		auth.ResourceManagerEndpoint: "https://arm.example", auth.ResourceManagerAudience: "https://audience.example",
	}
	got, err := settings(complete, nil).Cloud(t.Context(), auth.CLIMethod, nil)
	if err != nil || got.ActiveDirectoryAuthorityHost != "https://login.example" || got.Services[cloud.ResourceManager].Audience != "https://audience.example" {
		t.Errorf("the cloud is %v, the error %v", got, err)
	}
	for name := range complete {
		part := maps.Clone(complete)
		delete(part, name)
		got, err := settings(part, nil).Cloud(t.Context(), auth.CLIMethod, nil)
		if name != auth.Environment && (err == nil || !strings.Contains(err.Error(), string(name)+" is missing")) {
			t.Errorf("without %s: %v, %v", name, got, err)
		}
	}
}

func TestCloudRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		block block
		says  string
	}{
		"an unknown cloud":         {block{auth.Environment: "germany"}, `environment in the provider block: "germany" is not a known cloud`},
		"plain http":               {block{auth.ResourceManagerEndpoint: "http://arm.example"}, `"http://arm.example" is not a valid https address`},
		"no scheme":                {block{auth.AuthorityHost: "login.example"}, `"login.example" is not a valid https address`},
		"a password":               {block{auth.AuthorityHost: "https://me:hidden@login.example"}, "login.example has more than"},
		"a password, not an https": {block{auth.AuthorityHost: "ftp://me:hidden@login.example"}, "login.example has more than"},
		"a query":                  {block{auth.AuthorityHost: "https://login.example?hidden"}, "login.example has more than"},
		"a fragment":               {block{auth.AuthorityHost: "https://login.example#hidden"}, "login.example has more than"},
		"no host":                  {block{auth.AuthorityHost: "https:///path"}, `"https:///path" is not a valid https address`},
		"a password, no scheme":    {block{auth.AuthorityHost: "me:hidden@login.example"}, "it is not a valid https address"},
		"plain http, for metadata": {block{auth.MetadataHost: "http://arm.example"}, `"http://arm.example" is not a valid https address`},
		"a password, not a URL":    {block{auth.AuthorityHost: "https://me:hidden@login.example:x"}, "it is not a valid https address"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := settings(test.block, nil).Cloud(t.Context(), auth.CLIMethod, nil)
			if err == nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "hidden") {
				t.Errorf("the error is %v, want %q and nothing hidden", err, test.says)
			}
		})
	}
}

// The audience is the Resource Manager that describes the cloud, as in azurerm.
func TestMetadataHost(t *testing.T) {
	var addresses []string
	host := transport(func(request *http.Request) (*http.Response, error) {
		addresses = append(addresses, request.URL.String())
		body := "\ufeff" + `{"resourceManager": "https://management.private.example/", "authentication": {"loginEndpoint": "https://login.private.example/"}}`
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body)), Request: request}, nil
	})
	for _, value := range []string{"private.example", "https://private.example/", "HTTPS://private.example"} {
		got, err := settings(block{auth.MetadataHost: value, auth.Environment: "china"}, nil).Cloud(t.Context(), auth.CLIMethod, host)
		manager := got.Services[cloud.ResourceManager]
		if err != nil || got.ActiveDirectoryAuthorityHost != "https://login.private.example" ||
			manager.Endpoint != "https://management.private.example" || manager.Audience != "https://management.private.example" {
			t.Errorf("%s is %v, %v", value, got, err)
		}
	}
	if len(slices.Compact(addresses)) != 1 || addresses[0] != "https://private.example/metadata/endpoints?api-version=2022-09-01" {
		t.Errorf("the requests went to %q", addresses)
	}
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) Do(request *http.Request) (*http.Response, error) { return f(request) }
