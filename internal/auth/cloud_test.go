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

// AKS sets AZURE_AUTHORITY_HOST in every pod: it says where tokens for AKS workload
// identity come from, unless something names the cloud.
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

// Every name that azurerm, azapi and Azure CLI have for a cloud; the Azure SDKs' variable
// is none of them.
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
			known := name == "" || slices.Contains(auth.EnvironmentNames(), strings.ToLower(name))
			if !known {
				t.Errorf("%s is not said to be a cloud", name)
			}
		}
	}
	if names := auth.EnvironmentNames(); !slices.Contains(names, "custom") || slices.Contains(names, "") {
		t.Errorf("the clouds are said to be %q", names)
	}
}

// azapi's custom cloud is described whole, or is an error: nothing goes to the public one.
func TestCustomCloud(t *testing.T) {
	whole := block{
		auth.Environment: "custom", auth.AuthorityHost: "https://login.example",
		auth.ResourceManagerEndpoint: "https://arm.example", auth.ResourceManagerAudience: "https://audience.example",
	}
	got, err := settings(whole, nil).Cloud(t.Context(), auth.CLIMethod, nil)
	if err != nil || got.ActiveDirectoryAuthorityHost != "https://login.example" || got.Services[cloud.ResourceManager].Audience != "https://audience.example" {
		t.Errorf("the cloud is %v, the error %v", got, err)
	}
	for name := range whole {
		part := maps.Clone(whole)
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
		"an unknown cloud":         {block{auth.Environment: "germany"}, `"germany", which is not a known cloud`},
		"plain http":               {block{auth.ResourceManagerEndpoint: "http://arm.example"}, `"http://arm.example" is not a valid https address`},
		"an authority alone":       {block{auth.AuthorityHost: "login.example"}, `"login.example" is not a valid https address`},
		"a password":               {block{auth.AuthorityHost: "https://me:hidden@login.example"}, "login.example has more than"},
		"a password, not an https": {block{auth.AuthorityHost: "ftp://me:hidden@login.example"}, "login.example has more than"},
		"a query":                  {block{auth.AuthorityHost: "https://login.example?hidden"}, "login.example has more than"},
		"a fragment":               {block{auth.AuthorityHost: "https://login.example#hidden"}, "login.example has more than"},
		"no host":                  {block{auth.AuthorityHost: "https:///path"}, `"https:///path" is not a valid https address`},
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

// A Resource Manager that describes its cloud is the audience of its tokens, as for azurerm.
func TestMetadataHost(t *testing.T) {
	var asked []string
	host := transport(func(request *http.Request) (*http.Response, error) {
		asked = append(asked, request.URL.String())
		body := "\ufeff" + `{"resourceManager": "https://management.private.example/", "authentication": {"loginEndpoint": "https://login.private.example/"}}`
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body)), Request: request}, nil
	})
	for _, said := range []string{"private.example", "https://private.example/"} {
		got, err := settings(block{auth.MetadataHost: said, auth.Environment: "china"}, nil).Cloud(t.Context(), auth.CLIMethod, host)
		manager := got.Services[cloud.ResourceManager]
		if err != nil || got.ActiveDirectoryAuthorityHost != "https://login.private.example" ||
			manager.Endpoint != "https://management.private.example" || manager.Audience != "https://management.private.example" {
			t.Errorf("%s is %v, %v", said, got, err)
		}
	}
	if len(asked) != 2 || asked[0] != asked[1] || asked[0] != "https://private.example/metadata/endpoints?api-version=2022-09-01" {
		t.Errorf("it asked %q", asked)
	}
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) Do(request *http.Request) (*http.Response, error) { return f(request) }
