package emulator

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// RevokeTokens makes Resource Manager demand claims that no token has yet. A request with an older token is challenged for
// them, as Continuous Access Evaluation does after a secret was changed or a principal disabled.
func (e *Emulator) RevokeTokens() {
	e.change(func() { e.demanded = max(e.demanded+1, time.Now().Unix()) })
}

// challenge is the reply to a request with a revoked token.
func (e *Emulator) challenge() *reply {
	demand := fmt.Sprintf(`{"access_token":{"nbf":{"essential":true,"value":"%d"}}}`, e.demanded)
	r := gatewayError(http.StatusUnauthorized, "AuthenticationFailed", "Authentication failed.")
	r.header.Set("WWW-Authenticate", fmt.Sprintf(
		`Bearer realm="", authorization_uri="%s/%s/oauth2/authorize", error="insufficient_claims", claims="%s"`,
		e.url, DefaultTenantID, base64.StdEncoding.EncodeToString([]byte(demand))))
	return r
}

// satisfied returns the demand that a requested token has to satisfy. Only a client that declares support for challenges gets
// a token that satisfies one.
func satisfied(requested string) (int64, error) {
	if requested == "" {
		return 0, nil
	}
	var request struct {
		AccessToken struct {
			NotBefore struct {
				Value string `json:"value"`
			} `json:"nbf"`
			Capabilities struct {
				Values []string `json:"values"`
			} `json:"xms_cc"`
		} `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(requested), &request); err != nil {
		return 0, err
	}
	if !slices.ContainsFunc(request.AccessToken.Capabilities.Values, func(value string) bool { return value == "cp1" || value == "CP1" }) ||
		request.AccessToken.NotBefore.Value == "" {
		return 0, nil
	}
	return strconv.ParseInt(request.AccessToken.NotBefore.Value, 10, 64)
}
