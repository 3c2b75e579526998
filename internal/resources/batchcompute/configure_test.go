package batchcompute_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/resources/batchcompute"
)

// A validation configures the resource without the provider's run.
func TestConfigure(t *testing.T) {
	for name, test := range map[string]struct {
		data any
		says string // empty for no error
	}{
		"a validation":    {nil, ""},
		"a run":           {batchcompute.NewRun(nil, false), ""},
		"of another type": {"x", "It passed a string."},
	} {
		t.Run(name, func(t *testing.T) {
			configured, ok := batchcompute.New().(resource.ResourceWithConfigure)
			if !ok {
				t.Fatal("the resource cannot be configured")
			}
			var response resource.ConfigureResponse
			configured.Configure(t.Context(), resource.ConfigureRequest{ProviderData: test.data}, &response)
			var got acctest.Diagnostics
			for _, diagnostic := range response.Diagnostics.Errors() {
				got.Errors = append(got.Errors, diagnostic.Detail())
			}
			if test.says == "" {
				got.WantNone(t)
				return
			}
			got.WantError(t, test.says)
		})
	}
}
