package azureml

import (
	"net/url"
	"testing"
)

// The token goes to the configured Resource Manager alone, however its address is
// written.
func TestTrusts(t *testing.T) {
	for address, want := range map[string]bool{
		"https://management.azure.com/subscriptions/s?a=b":     true,
		"https://Management.Azure.com/subscriptions/s":         true,
		"https://management.azure.com:443/subscriptions/s":     true,
		"https://management.azure.com:8443/subscriptions/s":    false,
		"http://management.azure.com/subscriptions/s":          false,
		"https://management.azure.com.evil.example/":           false,
		"https://management.azure.com@evil.example/":           false,
		"https://westeurope.management.azure.com/":             false,
		"//management.azure.com/":                              false,
		"/subscriptions/s":                                     false,
		"https://management.azure.com:port/subscriptions/s":    false,
		"https://management.azure.com%2eevil.example/":         false,
		"https://management.azure.com\\@evil.example/":         false,
		"https://management.azure.com/subscriptions/s#a":       true,
		"https://MANAGEMENT.AZURE.COM:443/subscriptions/s?a=b": true,
	} {
		endpoint, err := url.Parse("https://management.azure.com")
		if err != nil {
			t.Fatal(err)
		}
		if got := (&Client{endpoint: endpoint}).trusts(address); got != want {
			t.Errorf("%s: %t", address, got)
		}
	}
}
