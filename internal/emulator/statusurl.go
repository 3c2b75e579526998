package emulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
)

// statusURLLength is the length of a status URL. The service's own have a signature and its certificate, and this many characters
// in every recording. It exposes clients that cut URLs or store them in small fields.
const statusURLLength = 3226

// Lengths of the signature's parts in recordings: t has 18 digits, and the others are base64url without padding.
const (
	signatureLength   = 342
	fingerprintLength = 43
)

// statusURL returns the URL to poll for an operation. The region is the workspace's, and the api-version the request's.
// Guess: status-url.
func (e *Emulator) statusURL(op *asyncOperation, subscription, region, apiVersion string) string {
	path := fmt.Sprintf("/subscriptions/%s/providers/Microsoft.MachineLearningServices/locations/%s/computeOperationsStatus/%s",
		subscription, region, op.ID)
	// .NET's ticks: tenths of a microsecond since the year 1.
	ticks := fmt.Sprintf("%018d", op.Start.UnixNano()/100+621355968000000000)
	h := e.expand(fingerprintLength, "h", path, ticks)
	prefix := e.url + path + "?api-version=" + url.QueryEscape(apiVersion) + "&service=new&t=" + ticks + "&c="
	suffix := "&s=" + strings.Repeat("_", signatureLength) + "&h=" + h
	c := e.expand(max(1, statusURLLength-len(prefix)-len(suffix)), "c", path, ticks)
	return prefix + c + "&s=" + e.sign(path, ticks, c, h) + "&h=" + h
}

// signed reports whether a poll has the signature of the status URL.
func (e *Emulator) signed(c *call) bool {
	q := c.query
	want := e.sign(c.path, q.Get("t"), q.Get("c"), q.Get("h"))
	return hmac.Equal([]byte(q.Get("s")), []byte(want))
}

func (e *Emulator) sign(path, ticks, certificate, fingerprint string) string {
	return e.expand(signatureLength, "s", strings.ToLower(path), ticks, certificate, fingerprint)
}

// expand returns n characters of base64url that depend on the key.
func (e *Emulator) expand(n int, parts ...string) string {
	var out []byte
	for i := 0; base64.RawURLEncoding.EncodedLen(len(out)) < n; i++ {
		mac := hmac.New(sha512.New, e.world.Key)
		_, _ = fmt.Fprintf(mac, "%d %q", i, parts) // A hash returns no error.
		out = mac.Sum(out)
	}
	return base64.RawURLEncoding.EncodeToString(out)[:n]
}

// mac returns the signature of a token.
func (e *Emulator) mac(message string) []byte {
	mac := hmac.New(sha256.New, e.world.Key)
	_, _ = mac.Write([]byte(message))
	return mac.Sum(nil)
}
