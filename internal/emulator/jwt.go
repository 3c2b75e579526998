package emulator

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"
)

// jwt is a JSON Web Token that somebody presents, taken apart.
type jwt struct {
	header struct {
		Algorithm string `json:"alg"`
		KeyID     string `json:"kid"`
		SHA1      string `json:"x5t"`
		SHA256    string `json:"x5t#S256"`
	}
	claims struct {
		Issuer   string  `json:"iss"`
		Subject  string  `json:"sub"`
		Audience string  `json:"aud"`
		NotYet   float64 `json:"nbf"`
		Expires  float64 `json:"exp"`
	}
	signed    string
	signature []byte
}

// parseJWT takes a token apart without looking at its signature.
func parseJWT(token string) (t jwt, ok bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return t, false
	}
	var err error
	t.signed = parts[0] + "." + parts[1]
	if t.signature, err = base64.RawURLEncoding.DecodeString(parts[2]); err != nil {
		return t, false
	}
	for i, into := range []any{&t.header, &t.claims} {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil || json.Unmarshal(raw, into) != nil {
			return t, false
		}
	}
	return t, true
}

// signedBy reports whether the signature is that of a key, by one of the algorithms that Entra ID takes.
func (t *jwt) signedBy(key *rsa.PublicKey) bool {
	digest := sha256.Sum256([]byte(t.signed))
	switch t.header.Algorithm {
	case "RS256":
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], t.signature) == nil
	case "PS256":
		return rsa.VerifyPSS(key, crypto.SHA256, digest[:], t.signature, nil) == nil
	}
	return false
}

// thumbprint is a certificate's in a header, however its base64 is written.
func thumbprint(encoded string) []byte {
	encoded = strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(encoded), "=")
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return nil
	}
	return raw
}

// signJWT makes a token.
func signJWT(key *rsa.PrivateKey, header, claims any) string {
	signed := jwtPart(header) + "." + jwtPart(claims)
	digest := sha256.Sum256([]byte(signed))
	signature, _ := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:]) // Only a key that is too small fails.
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func jwtPart(v any) string {
	raw, _ := json.Marshal(v) // Strings and numbers always can be.
	return base64.RawURLEncoding.EncodeToString(raw)
}

// issuerKey signs the tokens of all the identity providers that the emulator plays. It is made once in a process: making an
// RSA key takes its time.
var issuerKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // 2048 bits are no invalid size.
	}
	return key
})
