package emulator

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// claims are what is in a token.
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
}

const managementAudience = "https://management.core.windows.net/"

// Token is a bearer token that Resource Manager accepts, for tests that speak plain HTTP.
func (e *Emulator) Token() string {
	return e.newToken(managementAudience, time.Now())
}

// newToken makes a token in the form of a JSON Web Token. Nobody but the emulator is meant to look into it.
func (e *Emulator) newToken(audience string, now time.Time) string {
	c := &e.config
	part := func(v any) string {
		raw, _ := json.Marshal(v) // Strings and numbers always can be.
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	signed := part(map[string]string{"typ": "JWT", "alg": "HS256"}) + "." + part(claims{
		Audience: audience,
		Issuer:   e.url + "/" + c.tenantID + "/",
		IssuedAt: now.Unix(), NotYet: now.Unix(), Expires: now.Add(c.tokenLifetime).Unix(),
		AppID: c.clientID, ObjectID: stableID(c.clientID), TenantID: c.tenantID, Version: "1.0",
	})
	return signed + "." + base64.RawURLEncoding.EncodeToString(e.mac(signed))
}

// readToken returns what is in a token that the emulator made.
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

// audiences are those that Resource Manager goes by.
func (e *Emulator) audiences() []string {
	return []string{managementAudience, "https://management.azure.com/", e.url + "/"}
}

func (e *Emulator) isAudience(audience string) bool {
	for _, known := range e.audiences() {
		if strings.EqualFold(strings.TrimSuffix(audience, "/"), strings.TrimSuffix(known, "/")) {
			return true
		}
	}
	return false
}

// authenticate refuses a call without a token for Resource Manager that is still valid.
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
	case !strings.EqualFold(read.TenantID, e.config.tenantID):
		return e.unauthorized("InvalidAuthenticationTokenTenant", fmt.Sprintf(
			"The access token is from the wrong issuer. It must match the tenant '%s' associated with this subscription.", e.config.tenantID))
	}
	return nil
}

// dotNetTime is how .NET writes a time for people.
const dotNetTime = "1/2/2006 3:04:05 PM"

func (e *Emulator) unauthorized(code, message string) *reply {
	r := gatewayError(http.StatusUnauthorized, code, message)
	r.header.Set("WWW-Authenticate", fmt.Sprintf(`Bearer authorization_uri="%s/%s", error="invalid_token", error_description=%q`,
		e.url, e.config.tenantID, message))
	return r
}
