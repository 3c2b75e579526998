package provider_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	azuremlprovider "github.com/terraform-provider-azureml/terraform-provider-azureml/internal/provider"
)

// A value that is known only after apply decides nothing; the error says which one it
// is, and which variable can say it instead.
func TestUnknownValueIsNamed(t *testing.T) {
	var response provider.SchemaResponse
	azuremlprovider.New("test")().Schema(t.Context(), provider.SchemaRequest{}, &response)
	refused := func(block acctest.Attributes, name string) {
		t.Helper()
		_, err := acctest.NewCore(t, acctest.Server(), block)
		if err == nil || !strings.Contains(err.Error(), name+" is known only") && !strings.Contains(err.Error(), name+" has an element that is known only") {
			t.Errorf("%s: %v", name, err)
			return
		}
		variables := auth.Variables[auth.Name(strings.TrimPrefix(name, "endpoint."))]
		if len(variables) > 0 && !strings.Contains(err.Error(), variables[0]) {
			t.Errorf("%s: the error does not name %s: %v", name, variables[0], err)
		}
	}
	for name, attribute := range response.Schema.GetAttributes() {
		refused(acctest.Attributes{name: acctest.Unknown}, name)
		nested, ok := attribute.(schema.SingleNestedAttribute)
		if !ok {
			continue
		}
		for inner := range nested.Attributes {
			refused(acctest.Attributes{name: acctest.Attributes{inner: acctest.Unknown}}, name+"."+inner)
		}
	}
	refused(acctest.Attributes{"auxiliary_tenant_ids": []tftypes.Value{tftypes.NewValue(tftypes.String, acctest.Unknown)}}, "auxiliary_tenant_ids")
}

// A value and its file may both be given, as azurerm allows, if they say the same. The
// block's beats the environment's, and azurerm's variables the Azure SDKs', whichever
// form each has.
func TestValueAndFile(t *testing.T) {
	e := acctest.NewEmulator(t)
	good := acctest.SignIn(e, nil)["client_secret"]
	secret := func(content any) string { return file(t, "secret", []byte(content.(string))) }
	certificate := base64.StdEncoding.EncodeToString(pfx(t, guideCertificate(), ""))
	for name, test := range map[string]struct {
		changes     acctest.Attributes
		environment map[string]string
		says        string
	}{
		"both the same":                    {acctest.Attributes{"client_secret_file_path": secret(good)}, nil, ""},
		"not the same":                     {acctest.Attributes{"client_secret_file_path": secret("other")}, nil, "do not say the same"},
		"an empty file":                    {without(acctest.Attributes{"client_secret_file_path": secret(" \n")}), nil, "is empty"},
		"file beats variable":              {without(acctest.Attributes{"client_secret_file_path": secret(good)}), map[string]string{"ARM_CLIENT_SECRET": "wrong"}, ""},
		"value beats variable of the file": {nil, map[string]string{"ARM_CLIENT_SECRET_FILE_PATH": "/no/such/file"}, ""},
		"a certificate and its file":       {without(acctest.Attributes{"client_certificate": "Yg==", "client_certificate_path": "f"}), nil, "keep one of them"},
		"a file of no client":              {without(acctest.Attributes{"use_msi": true, "client_id": nil, "client_id_file_path": "/no/such/file"}), nil, "/no/such/file"},
		"not the same in variables":        {without(nil), map[string]string{"ARM_CLIENT_SECRET": "other", "ARM_CLIENT_SECRET_FILE_PATH": secret(good)}, "do not say the same"},
		"file beats the SDKs' secret":      {without(nil), map[string]string{"ARM_CLIENT_SECRET_FILE_PATH": secret(good), "AZURE_CLIENT_SECRET": "other"}, ""},
		// As in every pod of AKS.
		"file beats the SDKs' client": {
			acctest.Attributes{"client_id": nil},
			map[string]string{"ARM_CLIENT_ID_FILE_PATH": file(t, "client", []byte(emulator.DefaultClientID)), "AZURE_CLIENT_ID": "other"},
			"",
		},
		"certificate beats the SDKs' file": {without(nil), map[string]string{"ARM_CLIENT_CERTIFICATE": certificate, "AZURE_CLIENT_CERTIFICATE_PATH": "/no/such/file"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for variable, value := range test.environment {
				t.Setenv(variable, value)
			}
			err := signIn(t, acctest.NewEmulator(t, emulator.WithCertificate(guideCertificate())), test.changes)
			if test.says == "" && err != nil || test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// AKS sets its variable in every pod; a pod that runs GitHub's jobs, or has a token of
// its own, signs in with that, as azurerm does there. What the block says means in a pod
// what it means elsewhere.
func TestTokenInAPodOfAKS(t *testing.T) {
	e := acctest.NewEmulator(t)
	t.Setenv("AZURE_FEDERATED_TOKEN_FILE", file(t, "token", []byte("not this one")))
	own := e.SignFederatedToken(emulator.GitHubFederation)
	for name, test := range map[string]struct {
		changes     acctest.Attributes
		environment map[string]string
		says        string
	}{
		"a job's": {nil, map[string]string{"ACTIONS_ID_TOKEN_REQUEST_URL": e.GitHubJob().RequestURL, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": e.GitHubJob().RequestToken}, ""},
		"its own": {nil, map[string]string{"ARM_OIDC_TOKEN": own}, ""},
		"the block's file": {
			acctest.Attributes{"oidc_token_file_path": file(t, "own", []byte(own)), "oidc_request_url": e.GitHubJob().RequestURL, "oidc_request_token": "wrong"},
			nil, "",
		},
		"the block's file and another token": {
			acctest.Attributes{"oidc_token_file_path": file(t, "own", []byte(own)), "oidc_token": "another"},
			nil, "do not say the same",
		},
	} {
		t.Run(name, func(t *testing.T) {
			for variable, value := range test.environment {
				t.Setenv(variable, value)
			}
			changes := without(test.changes)
			changes["use_oidc"] = true
			err := signIn(t, e, changes)
			if test.says != "" {
				if err == nil || !strings.Contains(err.Error(), test.says) {
					t.Errorf("got %v", err)
				}
				return
			}
			must(t, err)
			wantAttached(t, e)
			e.RemoveCompute(emulator.DefaultWorkspaceID + "/computes/mybatchcompute")
		})
	}
}

// A slash or a path at the end of an endpoint neither doubles in a request nor gets
// into the audience.
func TestEndpointWithSlashOrPath(t *testing.T) {
	for _, suffix := range []string{"", "/", "/arm/azure", "/arm/azure/"} {
		t.Run("https://host"+suffix, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			prefix, first := strings.TrimSuffix(suffix, "/"), true
			must(t, signIn(t, e, acctest.Attributes{"endpoint": acctest.Attributes{
				"active_directory_authority_host": e.URL() + "/",
				"resource_manager_endpoint":       e.URL() + suffix,
			}}, func(options *azureml.Options) {
				next := options.Transport
				options.Transport = before{next, func(request *http.Request) {
					if !strings.Contains(request.URL.Path, "/subscriptions/") || strings.Contains(request.URL.Path, "computeOperationsStatus") {
						return
					}
					// The gateway that has the path takes it off.
					path, ok := strings.CutPrefix(request.URL.Path, prefix+"/subscriptions/")
					if !ok {
						t.Errorf("a request went to %s", request.URL.Path)
					}
					request.URL.Path, first = "/subscriptions/"+path, false
				}}
			}))
			wantAttached(t, e)
			if first {
				t.Error("no request passed the gateway")
			}
			for _, request := range e.ARMRequests() {
				if audience := claimsOf(t, request.Header.Get("Authorization")).Audience; audience != e.URL() {
					t.Errorf("the token is for %q", audience)
				}
			}
		})
	}
}
