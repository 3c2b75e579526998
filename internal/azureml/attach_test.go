package azureml_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// An attach does not overwrite what this client attached a moment ago, although the region
// that replies does not know of it yet and the shared list is older.
func TestAttachTheSameNameTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, workspace := newWorkspace(t)
		configuration := azureml.AttachConfiguration{ResourceID: emulator.DefaultBatchAccountID}
		compute, err := workspace.Attach(t.Context(), "x", configuration)
		if err != nil {
			t.Fatal(err)
		}
		if err := compute.WaitForCompletion(t.Context()); err != nil {
			t.Fatal(err)
		}
		e.Inject(emulator.Fault{Method: http.MethodGet, Path: "/computes/", Times: -1, Status: 404, Header: map[string]string{"x-ms-request-id": "1"}})
		other := azureml.AttachConfiguration{ResourceID: emulator.DefaultBatchAccountID + "x"}
		_, err = workspace.Attach(t.Context(), "X", other)
		if _, ok := errors.AsType[*azureml.ExistsError](err); !ok {
			t.Errorf("the second attach ends with %v", err)
		}
		puts := 0
		for _, request := range e.ARMRequests() {
			if request.Method == http.MethodPut {
				puts++
			}
		}
		if puts != 1 {
			t.Errorf("%d PUTs were sent, want 1", puts)
		}
	})
}

// newWorkspace is the emulator's workspace, with a client.
func newWorkspace(t *testing.T) (*emulator.Emulator, *azureml.Workspace) {
	t.Helper()
	e, err := emulator.NewHandler()
	if err != nil {
		t.Fatal(err)
	}
	environment := e.Environment()
	configuration := cloud.Configuration{
		ActiveDirectoryAuthorityHost: environment["ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST"],
		Services: map[cloud.ServiceName]cloud.ServiceConfiguration{cloud.ResourceManager: {
			Endpoint: environment["ARM_RESOURCE_MANAGER_ENDPOINT"], Audience: environment["ARM_RESOURCE_MANAGER_AUDIENCE"],
		}},
	}
	credential, err := azidentity.NewClientSecretCredential(emulator.DefaultTenantID, emulator.DefaultClientID, emulator.DefaultClientSecret,
		&azidentity.ClientSecretCredentialOptions{
			ClientOptions:            policy.ClientOptions{Cloud: configuration, Transport: e.HTTPClient()},
			DisableInstanceDiscovery: true,
		})
	if err != nil {
		t.Fatal(err)
	}
	client, err := azureml.NewClient(credential, azureml.Options{Transport: e.HTTPClient(), Cloud: configuration})
	if err != nil {
		t.Fatal(err)
	}
	id, err := azureml.ParseWorkspaceID(emulator.DefaultWorkspaceID)
	if err != nil {
		t.Fatal(err)
	}
	return e, client.Workspace(id)
}
