package provider_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// A value that is known only after apply is an error if it decides which credential is
// used or where it is sent. The error names the attribute and the variable that can
// replace it.
func TestUnknownValueIsNamed(t *testing.T) {
	for _, row := range auth.Table {
		if !row.Chooses {
			continue
		}
		block, name := acctest.Attributes{string(row.Name): acctest.Unknown}, string(row.Name)
		if row.Endpoint {
			block, name = acctest.Attributes{"endpoint": block}, "endpoint."+name
		}
		_, err := acctest.NewCore(t, acctest.Server(), block)
		if err == nil || !strings.Contains(err.Error(), name+" is known only") {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(row.Variables) > 0 && !strings.Contains(err.Error(), "leave it out and set "+row.Variables[0]) {
			t.Errorf("%s: the error does not name %s: %v", name, row.Variables[0], err)
		}
	}
	for name, block := range map[string]acctest.Attributes{
		"endpoint":        {"endpoint": acctest.Unknown},
		"subscription_id": {"subscription_id": acctest.Unknown}, // Azure CLI is the method here
	} {
		if _, err := acctest.NewCore(t, acctest.Server(), block); err == nil || !strings.Contains(err.Error(), name+" is known only") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A value that does not choose the credential may be unknown at plan.
func TestUnknownValueIsIgnored(t *testing.T) {
	unknownTenant := []tftypes.Value{tftypes.NewValue(tftypes.String, acctest.Unknown)}
	for _, row := range auth.Table {
		if row.Chooses {
			continue
		}
		var value any = acctest.Unknown
		if row.Kind == auth.List {
			value = unknownTenant
		}
		t.Run(string(row.Name), func(t *testing.T) {
			e := acctest.NewEmulator(t)
			must(t, signIn(t, e, acctest.Attributes{string(row.Name): value}))
			wantAttached(t, e)
		})
	}
}

// While the subscription is unknown, a search does not list the environment's.
func TestUnknownSubscriptionIsNotSearched(t *testing.T) {
	e := acctest.NewEmulator(t)
	t.Setenv("ARM_SUBSCRIPTION_ID", emulator.DefaultSubscriptionID)
	server := acctest.Server(func(options *azureml.Options) { options.Transport = e.HTTPClient() })
	core, err := acctest.NewCore(t, server, acctest.SignIn(e, acctest.Attributes{"subscription_id": acctest.Unknown}))
	must(t, err)
	_, d := core.ReadData(t.Context(), "azureml_batch_computes", nil)
	d.WantError(t, "No subscription is known")
	if requests := e.ARMRequests(); len(requests) > 0 {
		t.Errorf("it sent %s", requests[0].Path)
	}
}

// If Terraform supports deferral, an unknown value defers instead of failing.
func TestUnknownValueIsDeferred(t *testing.T) {
	for name, want := range map[string]bool{"client_secret": true, "partner_id": false} {
		server := acctest.Server()
		schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
		must(t, err)
		typ := schemas.Provider.ValueType().(tftypes.Object)
		attributes := map[string]tftypes.Value{}
		for attribute, of := range typ.AttributeTypes {
			attributes[attribute] = tftypes.NewValue(of, nil)
		}
		attributes[name] = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
		config, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, attributes))
		must(t, err)
		configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
			Config: &config, ClientCapabilities: &tfprotov6.ConfigureProviderClientCapabilities{DeferralAllowed: true},
		})
		must(t, err)
		if len(configured.Diagnostics) > 0 {
			t.Fatalf("%s: %s", name, configured.Diagnostics[0].Detail)
		}
		source := schemas.DataSourceSchemas["azureml_batch_computes"].ValueType()
		nothing, err := tfprotov6.NewDynamicValue(source, tftypes.NewValue(source, nil))
		must(t, err)
		read, err := server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{
			TypeName: "azureml_batch_computes", Config: &nothing,
			ClientCapabilities: &tfprotov6.ReadDataSourceClientCapabilities{DeferralAllowed: true},
		})
		must(t, err)
		if got := read.Deferred != nil; got != want {
			t.Errorf("with %s unknown, deferred is %t, want %t", name, got, want)
		}
	}
}

// A value and its file may both be set if they are equal, as in azurerm. Either form in
// the block takes precedence over either form in the environment. The Azure SDKs'
// variables are not read.
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
		"equal":                            {acctest.Attributes{"client_secret_file_path": secret(good)}, nil, ""},
		"different":                        {acctest.Attributes{"client_secret_file_path": secret("other")}, nil, "have different values"},
		"an empty file":                    {without(acctest.Attributes{"client_secret_file_path": secret(" \n")}), nil, "is empty"},
		"file beats variable":              {without(acctest.Attributes{"client_secret_file_path": secret(good)}), map[string]string{"ARM_CLIENT_SECRET": "wrong"}, ""},
		"value beats variable of the file": {nil, map[string]string{"ARM_CLIENT_SECRET_FILE_PATH": "/no/such/file"}, ""},
		"a certificate and its file":       {without(acctest.Attributes{"client_certificate": certificate, "client_certificate_path": "/no/such/file"}), nil, ""},
		"the same, empty":                  {acctest.Attributes{"client_secret_file_path": secret(" \n")}, nil, ""},
		"a value and an absent file":       {acctest.Attributes{"client_secret_file_path": "/no/such/file"}, nil, "open /no/such/file"},
		"a secret, no client file":         {acctest.Attributes{"client_id": nil, "client_id_file_path": "/no/such/file"}, nil, "/no/such/file"},
		"a certificate, no client file":    {without(acctest.Attributes{"client_certificate": certificate, "client_id": nil, "client_id_file_path": "/no/such/file"}), nil, "/no/such/file"},
		"a token, no client file":          {without(acctest.Attributes{"use_oidc": true, "oidc_token": "t", "client_id": nil, "client_id_file_path": "/no/such/file"}), nil, "/no/such/file"},
		"an absent file for the client":    {without(acctest.Attributes{"use_msi": true, "client_id": nil, "client_id_file_path": "/no/such/file"}), nil, "/no/such/file"},
		"different in variables":           {without(nil), map[string]string{"ARM_CLIENT_SECRET": "other", "ARM_CLIENT_SECRET_FILE_PATH": secret(good)}, "have different values"},
		"not the SDKs' secret":             {without(nil), map[string]string{"ARM_CLIENT_SECRET_FILE_PATH": secret(good), "AZURE_CLIENT_SECRET": "other"}, ""},
		// AKS sets AZURE_CLIENT_ID in every pod.
		"not the SDKs' client": {
			acctest.Attributes{"client_id": nil},
			map[string]string{"ARM_CLIENT_ID_FILE_PATH": file(t, "client", []byte(emulator.DefaultClientID)), "AZURE_CLIENT_ID": "other"},
			"",
		},
		"not the SDKs' certificate": {without(nil), map[string]string{"ARM_CLIENT_CERTIFICATE": certificate, "AZURE_CLIENT_CERTIFICATE_PATH": "/no/such/file"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for variable, value := range test.environment {
				t.Setenv(variable, value)
			}
			err := signIn(t, acctest.NewEmulator(t, emulator.WithCertificate(guideCertificate())), test.changes)
			if test.says != "" {
				acctest.WantError(t, err, test.says)
			} else {
				must(t, err)
			}
		})
	}
}

// AKS sets AZURE_FEDERATED_TOKEN_FILE in every pod. As in azurerm, use_oidc ignores it: a
// GitHub job in a pod, or a pod with another token, signs in with that. The block means
// the same in a pod as elsewhere.
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
			nil, "have different values",
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
				acctest.WantError(t, err, test.says)
				return
			}
			must(t, err)
			wantAttached(t, e)
			e.RemoveCompute(emulator.DefaultWorkspaceID + "/computes/mybatchcompute")
		})
	}
}

// A slash or a path at the end of an endpoint is not doubled in requests, and is not part
// of the audience.
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
					// The gateway removes its prefix.
					path, ok := strings.CutPrefix(request.URL.Path, prefix+"/subscriptions/")
					if !ok {
						t.Errorf("a request went to %s", request.URL.Path)
					}
					request.URL.Path, first = "/subscriptions/"+path, false
				}}
			}))
			wantAttached(t, e)
			if first {
				t.Error("no request went through the gateway")
			}
			for _, request := range e.ARMRequests() {
				if audience := claimsOf(t, request.Header.Get("Authorization")).Audience; audience != e.URL() {
					t.Errorf("the token is for %q", audience)
				}
			}
		})
	}
}
