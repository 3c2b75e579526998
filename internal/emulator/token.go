package emulator

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// claims are the claims of a token.
type claims struct {
	Audience string `json:"aud"`
	Issuer   string `json:"iss"`
	IssuedAt int64  `json:"iat"`
	NotYet   int64  `json:"nbf"`
	Expires  int64  `json:"exp"`
	AppID    string `json:"appid"`
	ObjectID string `json:"oid"`
	TenantID string `json:"tid"`
	Version  string `json:"ver"`
	// Satisfies is the demand of the challenge for which the token was issued.
	Satisfies int64 `json:"xms_nbf,omitempty"`
}

const managementAudience = "https://management.core.windows.net/"

// Token returns a bearer token that Resource Manager accepts, for tests that send requests themselves.
func (e *Emulator) Token() string {
	return e.newToken(managementAudience, time.Now())
}

// newToken returns a token for the application in its own tenant.
func (e *Emulator) newToken(audience string, now time.Time) string {
	return e.applicationToken(DefaultTenantID, audience, now, 0)
}

// applicationToken returns a token for the application that satisfies the demand of a challenge.
func (e *Emulator) applicationToken(tenant, audience string, now time.Time, demand int64) string {
	return e.signToken(claims{
		Audience: audience, AppID: e.config.clientID, TenantID: tenant,
		IssuedAt: now.Unix(), Expires: now.Add(e.config.tokenLifetime).Unix(), Satisfies: demand,
	})
}

// signToken returns a token in the form of a JSON Web Token. Only the emulator can verify it.
func (e *Emulator) signToken(c claims) string {
	c.Issuer = e.url + "/" + c.TenantID + "/"
	c.NotYet, c.ObjectID, c.Version = c.IssuedAt, stableID(c.AppID), "1.0"
	signed := jwtPart(map[string]string{"typ": "JWT", "alg": "HS256"}) + "." + jwtPart(c)
	return signed + "." + base64.RawURLEncoding.EncodeToString(e.mac(signed))
}

// readToken returns the claims of a token that the emulator has issued.
func (e *Emulator) readToken(token string) (claims, bool) {
	var c claims
	i := strings.LastIndex(token, ".")
	if i < 0 {
		return c, false
	}
	signature, err := base64.RawURLEncoding.DecodeString(token[i+1:])
	if err != nil || !hmac.Equal(signature, e.mac(token[:i])) {
		return c, false
	}
	_, payload, _ := strings.Cut(token[:i], ".")
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	return c, err == nil && json.Unmarshal(raw, &c) == nil
}

// audiences are those that Resource Manager accepts.
func (e *Emulator) audiences() []string {
	return append([]string{managementAudience, "https://management.azure.com/", e.url + "/"}, e.config.identities.audiences...)
}

func (e *Emulator) isAudience(audience string) bool {
	return slices.ContainsFunc(e.audiences(), func(known string) bool {
		return strings.EqualFold(strings.TrimSuffix(audience, "/"), strings.TrimSuffix(known, "/"))
	})
}

// authenticate refuses a request without a valid token for Resource Manager.
func (e *Emulator) authenticate(c *call) *reply {
	authorization := c.header.Get("Authorization")
	if authorization == "" {
		return e.unauthorized("AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
	}
	scheme, token, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return e.unauthorized("AuthenticationFailedInvalidHeader",
			"Authentication failed. The 'Authorization' header is provided in an invalid format.")
	}
	read, ok := e.readToken(strings.TrimSpace(token))
	switch {
	case !ok:
		return e.unauthorized("InvalidAuthenticationToken", "The access token is invalid.")
	case !e.isAudience(read.Audience):
		return e.unauthorized("InvalidAuthenticationTokenAudience", fmt.Sprintf(
			"The access token has been obtained for wrong audience or resource '%s'. It should exactly match with one of the allowed audiences '%s'.",
			read.Audience, strings.Join(e.audiences(), "','")))
	case c.now.Unix() >= read.Expires:
		return e.unauthorized("ExpiredAuthenticationToken", fmt.Sprintf(
			"The access token expiry UTC time '%s' is earlier than current UTC time '%s'.",
			time.Unix(read.Expires, 0).UTC().Format(dotNetTime), c.now.UTC().Format(dotNetTime)))
	case !strings.EqualFold(read.TenantID, DefaultTenantID):
		return e.unauthorized("InvalidAuthenticationTokenTenant", fmt.Sprintf(
			"The access token is from the wrong issuer. It must match the tenant '%s' associated with this subscription.", DefaultTenantID))
	case read.Satisfies < e.demanded && strings.EqualFold(read.AppID, e.config.clientID):
		return e.challenge()
	}
	c.principal = read.AppID
	return e.authenticateAuxiliary(c)
}

// authenticateAuxiliary verifies the additional tokens of other tenants.
// Guess: auxiliary-tokens.
func (e *Emulator) authenticateAuxiliary(c *call) *reply {
	header := c.header.Get("x-ms-authorization-auxiliary")
	if header == "" {
		return nil
	}
	tokens := strings.Split(header, ",")
	if len(tokens) > 3 {
		return e.unauthorized("InvalidAuxiliaryTokens", "Authentication failed for auxiliary tokens: there are more than three.")
	}
	for _, one := range tokens {
		scheme, token, _ := strings.Cut(strings.TrimSpace(one), " ")
		read, ok := e.readToken(token)
		if !ok || !strings.EqualFold(scheme, "Bearer") || !e.isAudience(read.Audience) || c.now.Unix() >= read.Expires {
			return e.unauthorized("InvalidAuxiliaryTokens", "Authentication failed for auxiliary token: it is invalid or expired.")
		}
	}
	return nil
}

// dotNetTime is .NET's default format of a time.
const dotNetTime = "1/2/2006 3:04:05 PM"

func (e *Emulator) unauthorized(code, message string) *reply {
	r := gatewayError(http.StatusUnauthorized, code, message)
	r.header.Set("WWW-Authenticate", fmt.Sprintf(`Bearer authorization_uri="%s/%s", error="invalid_token", error_description=%q`,
		e.url, DefaultTenantID, message))
	return r
}
