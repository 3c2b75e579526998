package emulator

import (
	"bytes"
	"cmp"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // It only names a certificate.
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// clientAssertion verifies what an application sends instead of a secret: an assertion of its own, signed with the key of a
// registered certificate, or a token of an identity provider that it trusts. Entra ID tells them apart by the issuer.
func (e *Emulator) clientAssertion(c *call, tenant string, form url.Values) *reply {
	switch form.Get("client_assertion_type") {
	case "":
		return missingParameter(c, "client_assertion_type")
	case assertionType:
	default:
		return entraError(c, http.StatusBadRequest, "invalid_request", 50025, "The client assertion type is not supported.")
	}
	token, ok := parseJWT(form.Get("client_assertion"))
	if !ok {
		return invalidClient(c, 50027, "JWT token is invalid or malformed.")
	}
	if !strings.EqualFold(token.claims.Issuer, e.config.clientID) {
		return federatedToken(c, &token)
	}
	return e.certificateAssertion(c, tenant, &token)
}

func invalidClient(c *call, code int, message string) *reply {
	return entraError(c, http.StatusUnauthorized, "invalid_client", code, message)
}

func (e *Emulator) certificateAssertion(c *call, tenant string, token *jwt) *reply {
	if !strings.EqualFold(token.claims.Subject, e.config.clientID) {
		return invalidClient(c, 700021, "Client assertion application identifier doesn't match 'client_id' parameter. "+
			"Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials.")
	}
	if audience := token.claims.Audience; !strings.EqualFold(audience, e.url+"/"+tenant+"/oauth2/v2.0/token") && !strings.EqualFold(audience, e.url+"/"+tenant+"/v2.0") {
		return invalidClient(c, 700023, "Client assertion audience claim does not match Realm issuer. "+
			"Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials.")
	}
	if refusal := checkTime(c, token); refusal != nil {
		return refusal
	}
	used, of := thumbprint(token.header.SHA256), func(der []byte) []byte { sum := sha256.Sum256(der); return sum[:] }
	if token.header.SHA256 == "" {
		// azurerm's library names the certificate in kid, and Entra ID accepts that.
		used, of = thumbprint(cmp.Or(token.header.SHA1, token.header.KeyID)), func(der []byte) []byte { sum := sha1.Sum(der); return sum[:] } //nolint:gosec // As above.
	}
	refuse := func(reason, found string) *reply {
		return invalidClient(c, 700027, fmt.Sprintf("The certificate with identifier used to sign the client assertion is not registered on application. "+
			"[Reason - %s, Thumbprint of key used by client: '%X'%s]", reason, used, found))
	}
	i := slices.IndexFunc(e.config.identities.certificates, func(certificate *x509.Certificate) bool { return bytes.Equal(of(certificate.Raw), used) })
	if i < 0 || len(used) == 0 {
		return refuse("The key was not found.", "")
	}
	certificate := e.config.identities.certificates[i]
	found := fmt.Sprintf(", Found key 'Start=%s, End=%s'", certificate.NotBefore.UTC().Format(dotNetTime), certificate.NotAfter.UTC().Format(dotNetTime))
	if c.now.After(certificate.NotAfter) {
		return refuse("The key used is expired.", found)
	}
	key, ok := certificate.PublicKey.(*rsa.PublicKey)
	if !ok || !token.signedBy(key) {
		return refuse("The provided signature value did not match the expected signature value.", found)
	}
	return nil
}

// federatedToken verifies a token against the federated credentials.
// Guess: federated-order.
func federatedToken(c *call, token *jwt) *reply {
	trusted := []FederatedToken{GitHubFederation, AzureDevOpsFederation, ClusterFederation}
	for _, part := range []struct {
		name, presented string
		code            int
		of              func(FederatedToken) string
	}{
		{"issuer", token.claims.Issuer, 700211, func(t FederatedToken) string { return t.Issuer }},
		{"subject", token.claims.Subject, 700213, func(t FederatedToken) string { return t.Subject }},
		{"audience", token.claims.Audience, 700212, func(t FederatedToken) string { return t.Audience }},
	} {
		var fitting []FederatedToken
		for _, credential := range trusted {
			if part.of(credential) == part.presented {
				fitting = append(fitting, credential)
			}
		}
		if trusted = fitting; len(trusted) == 0 {
			return invalidClient(c, part.code, fmt.Sprintf("No matching federated identity record found for presented assertion %s '%s'. "+
				"Check your federated identity credential Subject, Audience and Issuer against the presented assertion. "+
				"https://learn.microsoft.com/entra/workload-id/workload-identity-federation", part.name, part.presented))
		}
	}
	if !token.signedBy(&issuerKey().PublicKey) {
		return invalidClient(c, 50013, "Assertion failed signature validation. [Reason - The provided signature value did not match the expected signature value.]")
	}
	return checkTime(c, token)
}

// checkTime allows two clocks to differ by five minutes.
func checkTime(c *call, token *jwt) *reply {
	const skew = 5 * time.Minute
	from, until := time.Unix(int64(token.claims.NotYet), 0), time.Unix(int64(token.claims.Expires), 0)
	if c.now.Before(from.Add(-skew)) || c.now.After(until.Add(skew)) {
		return invalidClient(c, 700024, fmt.Sprintf("Client assertion is not within its valid time range. Current time: %s, expiry time of assertion %s. "+
			"Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials.",
			c.now.UTC().Format(time.RFC3339), until.UTC().Format(time.RFC3339)))
	}
	return nil
}
