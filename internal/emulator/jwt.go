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

// jwt is a parsed JSON Web Token of a client.
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

// parseJWT parses a token without verifying its signature.
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

// signedBy reports whether a key made the signature, by an algorithm that Entra ID accepts.
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

// thumbprint decodes a certificate's thumbprint from a header, in any variant of base64.
func thumbprint(encoded string) []byte {
	encoded = strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(encoded), "=")
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return nil
	}
	return raw
}

// signJWT returns a signed token.
func signJWT(key *rsa.PrivateKey, header, claims any) string {
	signed := jwtPart(header) + "." + jwtPart(claims)
	digest := sha256.Sum256([]byte(signed))
	signature, _ := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:]) // This fails only if the key is too small.
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func jwtPart(v any) string {
	raw, _ := json.Marshal(v) // Strings and numbers can always be encoded.
	return base64.RawURLEncoding.EncodeToString(raw)
}

// issuerKey signs the tokens of all emulated identity providers. It is made once per process, because making an RSA key takes
// long.
var issuerKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // 2048 bits is a valid size.
	}
	return key
})
