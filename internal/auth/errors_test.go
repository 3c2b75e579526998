package auth_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
)

func TestUnknownMethod(t *testing.T) {
	_, err := auth.NewCredential(settings(nil, nil), auth.Choice{Method: "password"}, policy.ClientOptions{})
	if err == nil || !strings.Contains(err.Error(), `unknown sign-in method "password"`) {
		t.Errorf("got %v", err)
	}
}

// A file that cannot be read gets its own advice, and so does one without permission to read it.
func TestAdviceAboutFiles(t *testing.T) {
	for cause, advice := range map[error]string{
		&fs.PathError{Err: fs.ErrNotExist}:               "Check the path.",
		&fs.PathError{Err: errors.New("is a directory")}: "Check the path.",
		&fs.PathError{Err: fs.ErrPermission}:             "Check the permissions of the file.",
		errors.New("the reply is not one of a sign-in"):  "Check tenant_id, client_id and client_secret",
	} {
		err := &auth.SignInError{Choice: auth.Choice{Method: auth.ClientSecretMethod}, Cause: fmt.Errorf("the file: %w", cause)}
		if !strings.Contains(err.Error(), "\n\n"+advice) {
			t.Errorf("the error does not say %q:\n%v", advice, err)
		}
		for _, absent := range []string{"Skipped", "The last error", "\n\n\n"} {
			if strings.Contains(err.Error(), absent) {
				t.Errorf("the error says %q:\n%v", absent, err)
			}
		}
	}
}

// An error of unknown cause has the advice for its method.
func TestAdviceAboutEachMethod(t *testing.T) {
	for method, advice := range map[auth.Method]string{
		auth.ClientCertificateMethod: "Check tenant_id, client_id and the certificate",
		auth.ClientSecretMethod:      "Check tenant_id, client_id and client_secret",
		auth.OIDCMethod:              "Check tenant_id and client_id",
		auth.AKSMethod:               "Check tenant_id and client_id",
		auth.ManagedIdentityMethod:   "Check that this machine has a managed identity",
		auth.CLIMethod:               `Run "az account get-access-token"`,
	} {
		err := &auth.SignInError{Choice: auth.Choice{Method: method}, Cause: errors.New("it did not finish")}
		if !strings.Contains(err.Error(), "\n\n"+advice) {
			t.Errorf("%s: the error does not say %q:\n%v", method, advice, err)
		}
	}
}
