package auth_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
)

func TestCloud(t *testing.T) {
	for name, test := range map[string]struct {
		block                         map[auth.Name]string
		authority, endpoint, audience string
	}{
		"public by default": {nil, "https://login.microsoftonline.com/", "https://management.azure.com", "https://management.core.windows.net/"},
		"US government":     {map[auth.Name]string{auth.Environment: "usgovernment"}, "https://login.microsoftonline.us/", "https://management.usgovcloudapi.net", "https://management.core.usgovcloudapi.net/"},
		"China":             {map[auth.Name]string{auth.Environment: "China"}, "https://login.chinacloudapi.cn/", "https://management.chinacloudapi.cn", "https://management.core.chinacloudapi.cn/"},
		"own endpoints": {
			map[auth.Name]string{auth.AuthorityHost: "https://login.example/", auth.ResourceManagerEndpoint: "https://arm.example/path/"},
			"https://login.example", "https://arm.example/path", "https://arm.example",
		},
		"a slash at the end": {
			map[auth.Name]string{auth.ResourceManagerEndpoint: "https://arm.example/"},
			"https://login.microsoftonline.com/", "https://arm.example", "https://arm.example",
		},
		"own audience": {
			map[auth.Name]string{auth.ResourceManagerEndpoint: "https://arm.example", auth.ResourceManagerAudience: "https://audience.example"},
			"https://login.microsoftonline.com/", "https://arm.example", "https://audience.example",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := settings(test.block, nil).Cloud()
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

// AKS sets AZURE_AUTHORITY_HOST in every pod: it says where tokens come from while
// nothing of this provider's or azurerm's names the cloud.
func TestAuthorityInAPodOfAKS(t *testing.T) {
	for name, test := range map[string]struct {
		block       map[auth.Name]string
		environment map[string]string
		want        string
	}{
		"nothing else":          {nil, nil, "https://login.pod.example"},
		"the SDKs' environment": {nil, map[string]string{"AZURE_ENVIRONMENT": "usgovernment"}, "https://login.pod.example"},
		"the block's":           {map[auth.Name]string{auth.Environment: "usgovernment"}, nil, "https://login.microsoftonline.us/"},
		"azurerm's":             {nil, map[string]string{"ARM_ENVIRONMENT": "usgovernment"}, "https://login.microsoftonline.us/"},
		"the block's own authority": {
			map[auth.Name]string{auth.Environment: "usgovernment", auth.AuthorityHost: "https://login.own.example"}, nil, "https://login.own.example",
		},
		"azurerm's own authority": {
			map[auth.Name]string{auth.Environment: "usgovernment"},
			map[string]string{"ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST": "https://login.own.example"},
			"https://login.own.example",
		},
	} {
		t.Run(name, func(t *testing.T) {
			environment := map[string]string{"AZURE_AUTHORITY_HOST": "https://login.pod.example/"}
			maps.Copy(environment, test.environment)
			got, err := settings(test.block, environment).Cloud()
			if err != nil || got.ActiveDirectoryAuthorityHost != test.want {
				t.Errorf("got %q, %v; want %q", got.ActiveDirectoryAuthorityHost, err, test.want)
			}
		})
	}
}

func TestCloudRefuses(t *testing.T) {
	for name, block := range map[string]map[auth.Name]string{
		"an unknown cloud":   {auth.Environment: "germany"},
		"plain http":         {auth.ResourceManagerEndpoint: "http://arm.example"},
		"an authority alone": {auth.AuthorityHost: "login.example"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := settings(block, nil).Cloud(); err == nil || !strings.Contains(err.Error(), "\"") {
				t.Errorf("got %v", err)
			}
		})
	}
}
