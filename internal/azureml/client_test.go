package azureml

import (
	"net/url"
	"testing"
)

// The token is sent only to the configured Resource Manager, however its URL is written.
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

// Where a gateway has Resource Manager below a path, the token is sent only below it.
func TestTrustsBelowThePath(t *testing.T) {
	for _, configured := range []string{"https://gateway.example/arm", "https://gateway.example/arm/"} {
		for address, want := range map[string]bool{
			"https://gateway.example/arm/subscriptions/s?a=b":            true,
			"https://gateway.example/arm":                                true,
			"https://gateway.example/arm/":                               true,
			"https://gateway.example/":                                   false,
			"https://gateway.example":                                    false,
			"https://gateway.example/subscriptions/s":                    false,
			"https://gateway.example/armour/subscriptions/s":             false,
			"https://gateway.example/other/arm/subscriptions/s":          false,
			"https://gateway.example/arm/../other":                       false,
			"https://gateway.example/arm/%2e%2e/other":                   false,
			"https://gateway.example/arm/..":                             false,
			"https://gateway.example/arm/./x":                            false,
			`https://gateway.example/arm/..\other`:                       false,
			"https://gateway.example/arm/subscriptions/s?next=/../other": true,
		} {
			endpoint, err := url.Parse(configured)
			if err != nil {
				t.Fatal(err)
			}
			if got := (&Client{endpoint: endpoint}).trusts(address); got != want {
				t.Errorf("%s below %s: %t", address, configured, got)
			}
		}
	}
}
