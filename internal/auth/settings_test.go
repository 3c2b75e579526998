package auth_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
)

func TestTable(t *testing.T) {
	seen, late := map[string]bool{}, []string{}
	for _, row := range auth.Table {
		for _, name := range append(slices.Clone(row.Variables), string(row.Name)) {
			if seen[name] {
				t.Errorf("%s occurs twice", name)
			}
			seen[name] = true
		}
		if !strings.HasSuffix(row.Description, ".") {
			t.Errorf("the description of %s is not a sentence: %s", row.Name, row.Description)
		}
		if (row.Alias == "") != (len(row.Variables) > 0) {
			t.Errorf("%s must have either a variable or an alias", row.Name)
		}
		if row.Kind == auth.Secret && !row.Chooses {
			t.Errorf("%s is a secret, but is not used to sign in", row.Name)
		}
		if !row.Chooses {
			late = append(late, string(row.Name))
		}
	}
	// What is known only after apply may be one of these, and no other.
	want := []string{
		"auxiliary_tenant_ids", "subscription_id", "disable_instance_discovery", "ca_certificate_path", "partner_id",
		"custom_correlation_request_id", "disable_correlation_request_id", "compute_api_version", "preflight",
	}
	if !slices.Equal(late, want) {
		t.Errorf("these choose no credential: %q; want %q", late, want)
	}
}

// All the ways to write a switch; what is neither is neither.
func TestSwitches(t *testing.T) {
	for text, want := range map[string]string{
		"true": "on", "True": "on", "t": "on", "1": "on", "yes": "on", "on": "on",
		"false": "off", "FALSE": "off", "f": "off", "0": "off", "no": "off", "off": "off", "": "",
	} {
		s, got := settings(nil, environment{"ARM_USE_MSI": text}), ""
		if s.IsTrue(auth.UseMSI) {
			got += "on"
		}
		if s.IsFalse(auth.UseMSI) {
			got += "off"
		}
		if problems := s.Check(); got != want || problems != nil {
			t.Errorf("%q is %q, %v; want %q", text, got, problems, want)
		}
	}
}

func TestPrintable(t *testing.T) {
	for text, want := range map[string]bool{"": true, "a b": true, " ": true, "~": true, "\x1f": false, "\x7f": false, "a\n": false, "ä": false} {
		if got := auth.Printable(text); got != want {
			t.Errorf("%q is printable: %t, want %t", text, got, want)
		}
	}
}

// Files, secret stores and Windows add white space. A password keeps it, since it may
// begin or end with white space.
func TestValuesAreTrimmed(t *testing.T) {
	for _, row := range auth.Table {
		got := settings(block{row.Name: " \tvalue\r\n"}, nil).Get(name(row))
		if want := map[bool]string{false: "value", true: " \tvalue\r\n"}[row.Name == auth.ClientCertificatePassword]; got != want {
			t.Errorf("%s is %q, want %q", row.Name, got, want)
		}
	}
	if got := settings(nil, environment{"ARM_CLIENT_SECRET": "s\r\n"}).Get(auth.ClientSecret); got != "s" {
		t.Errorf("ARM_CLIENT_SECRET is %q", got)
	}
	if got := settings(nil, environment{"ARM_AUXILIARY_TENANT_IDS": " a ; b\r\n"}).List(auth.AuxiliaryTenantIDs); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("ARM_AUXILIARY_TENANT_IDS is %q", got)
	}
}

func name(row auth.Setting) auth.Name {
	if row.Alias != "" {
		return row.Alias
	}
	return row.Name
}

func TestSourceOfValues(t *testing.T) {
	both := settings(block{auth.ADOServiceConnectionID: "mine"}, environment{"ARM_OIDC_AZURE_SERVICE_CONNECTION_ID": "theirs"})
	if got := both.Get(auth.OIDCAzureServiceConnectionID) + " from " + both.Source(auth.OIDCAzureServiceConnectionID); got != "mine from ado_pipeline_service_connection_id in the provider block" {
		t.Errorf("the value comes from %q", got)
	}
	hidden := settings(block{auth.ADOServiceConnectionID: ""}, environment{"ARM_OIDC_AZURE_SERVICE_CONNECTION_ID": "theirs"})
	if got := hidden.Get(auth.OIDCAzureServiceConnectionID); got != "" {
		t.Errorf("an empty value in the block leaves %q", got)
	}
	for _, one := range []block{
		{auth.OIDCAzureServiceConnectionID: "mine", auth.ADOServiceConnectionID: ""},
		{auth.OIDCAzureServiceConnectionID: "", auth.ADOServiceConnectionID: "mine"},
	} {
		s := settings(one, nil)
		if got, problems := s.Get(auth.OIDCAzureServiceConnectionID), s.Check(); got != "mine" || problems != nil {
			t.Errorf("with one of two names empty, the value is %q, and the errors %v", got, problems)
		}
	}
	first := settings(nil, environment{"ARM_OIDC_REQUEST_TOKEN": "mine", "SYSTEM_ACCESSTOKEN": "theirs"})
	if got := first.Get(auth.OIDCRequestToken); got != "mine" {
		t.Errorf("got %s", got)
	}
	second := settings(nil, environment{"ARM_OIDC_REQUEST_TOKEN": " ", "SYSTEM_ACCESSTOKEN": "t"})
	if got := second.Source(auth.OIDCRequestToken); got != "the environment variable SYSTEM_ACCESSTOKEN" {
		t.Errorf("the value comes from %q", got)
	}
}

func TestCheck(t *testing.T) {
	for name, test := range map[string]struct {
		block       block
		environment environment
		says        string
	}{
		"not a switch":              {nil, environment{"ARM_USE_MSI": "maybe"}, `the environment variable ARM_USE_MSI is "maybe"`},
		"a switch that is a number": {nil, environment{"AZUREML_PREFLIGHT": "2"}, "AZUREML_PREFLIGHT"},
		"a partner without a GUID":  {block{auth.PartnerID: "me"}, nil, `partner_id in the provider block is "me"`},
		"a partner's wrong prefix":  {block{auth.PartnerID: "pid=11111111-1111-1111-1111-111111111111"}, nil, "partner_id"},
		"a partner's variable":      {nil, environment{"ARM_PARTNER_ID": "me"}, "ARM_PARTNER_ID"},
		"a line break in an id":     {block{auth.CorrelationRequestID: "a\nb"}, nil, "custom_correlation_request_id"},
		"a tenant with a space":     {block{auth.TenantID: "my tenant"}, nil, `"my tenant" is not a valid tenant`},
		"four auxiliary tenants":    {nil, environment{"ARM_AUXILIARY_TENANT_IDS": "a;b;c;d"}, "names 4 tenants"},
		"two names of one setting":  {block{auth.OIDCAzureServiceConnectionID: "a", auth.ADOServiceConnectionID: "b"}, nil, "two names of one setting"},
	} {
		t.Run(name, func(t *testing.T) {
			err := errors.Join(settings(test.block, test.environment).Check()...)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("the error is %v, want %q", err, test.says)
			}
		})
	}
	good := environment{"ARM_USE_MSI": "True", "ARM_USE_CLI": "0", "ARM_TENANT_ID": "contoso.onmicrosoft.com", "ARM_AUXILIARY_TENANT_IDS": "a;b;c"}
	for _, partner := range []string{"", "pid-"} {
		for _, suffix := range []string{"", "-partnercenter"} {
			good["ARM_PARTNER_ID"] = partner + "11111111-1111-1111-1111-111111111111" + suffix
			s := settings(block{auth.OIDCAzureServiceConnectionID: "a", auth.ADOServiceConnectionID: "a"}, maps.Clone(good))
			if problems := s.Check(); problems != nil {
				t.Error(problems)
			}
			if got := s.PartnerID(); got != "11111111-1111-1111-1111-111111111111"+suffix {
				t.Errorf("the partner is %s", got)
			}
		}
	}
}
