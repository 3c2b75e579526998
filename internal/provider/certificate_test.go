package provider_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/youmark/pkcs8"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// Every common form of a client certificate signs in, from a file and inline. The emulator
// verifies the signature.
func TestCertificateForms(t *testing.T) {
	certificate := newCertificate(time.Hour)
	public, key := pemOf("CERTIFICATE", certificate.Raw), pemKey(t)
	encrypted, err := pkcs8.MarshalPrivateKey(clientKey(), []byte(certificatePassword), nil)
	must(t, err)
	//nolint:staticcheck // Some tools still write this form.
	old, err := x509.EncryptPEMBlock(rand.Reader, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(clientKey()), []byte(certificatePassword), x509.PEMCipherAES256)
	must(t, err)
	legacy, err := pkcs12.LegacyDES.Encode(clientKey(), certificate, nil, certificatePassword)
	must(t, err)
	for name, form := range map[string]struct {
		content  []byte
		password string
	}{
		"PFX":                            {pfx(t, certificate, certificatePassword), certificatePassword},
		"PFX without password":           {pfx(t, certificate, ""), ""},
		"PFX of old tools":               {legacy, certificatePassword},
		"PEM":                            {append(bytes.Clone(public), key...), ""},
		"PEM with a byte order mark":     {append(append([]byte("\ufeff"), public...), key...), ""},
		"PEM, key first":                 {append(bytes.Clone(key), public...), ""},
		"PEM, RSA key":                   {append(bytes.Clone(public), pemOf("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(clientKey()))...), ""},
		"PEM, encrypted key":             {append(bytes.Clone(public), pemOf("ENCRYPTED PRIVATE KEY", encrypted)...), certificatePassword},
		"PEM, key in the old encryption": {append(bytes.Clone(public), pem.EncodeToMemory(old)...), certificatePassword},
		"PEM with parameters":            {append(append(bytes.Clone(public), pemOf("EC PARAMETERS", []byte("x"))...), key...), ""},
		"PEM with an unused password":    {append(bytes.Clone(public), key...), certificatePassword},
		"PEM with Windows line ends":     {bytes.ReplaceAll(append(bytes.Clone(public), key...), []byte("\n"), []byte("\r\n")), ""},
	} {
		for given, changes := range map[string]acctest.Attributes{
			"file":   {"client_certificate_path": file(t, "certificate", form.content)},
			"inline": {"client_certificate": inLines(base64.StdEncoding.EncodeToString(form.content))},
		} {
			t.Run(name+", "+given, func(t *testing.T) {
				e := acctest.NewEmulator(t, emulator.WithCertificate(certificate))
				changes["client_secret"] = nil
				if form.password != "" {
					changes["client_certificate_password"] = form.password
				}
				must(t, signIn(t, e, changes))
				wantAttached(t, e)
				wantChain(t, e)
			})
		}
	}
}

// wantChain fails the test unless Entra ID got the certificate with the assertion: an
// application may trust its issuer and subject instead of the certificate itself.
func wantChain(t *testing.T, e *emulator.Emulator) {
	t.Helper()
	for _, request := range e.Requests() {
		form, err := url.ParseQuery(string(request.Body))
		if err != nil || !form.Has("client_assertion") {
			continue
		}
		encoded, _, _ := strings.Cut(form.Get("client_assertion"), ".")
		header, err := base64.RawURLEncoding.DecodeString(encoded)
		must(t, err)
		if !bytes.Contains(header, []byte(`"x5c":["`)) {
			t.Errorf("the assertion has no certificate: %s", header)
		}
		return
	}
	t.Error("no assertion was sent")
}

// inLines breaks base64 into lines, as the base64 command does.
func inLines(encoded string) string {
	var lines strings.Builder
	for ; len(encoded) > 76; encoded = encoded[76:] {
		lines.WriteString(encoded[:76] + "\n")
	}
	return lines.String() + encoded + "\n"
}

// encryptedOfOld is the key as old tools encrypt it. They add no check, so one wrong
// password in some hundreds seems to be right: this one is not so for the password "wrong".
func encryptedOfOld(t *testing.T) []byte {
	t.Helper()
	for {
		//nolint:staticcheck // Some tools still write it.
		block, err := x509.EncryptPEMBlock(rand.Reader, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(clientKey()), []byte(certificatePassword), x509.PEMCipherAES256)
		must(t, err)
		//nolint:staticcheck // See above.
		if _, err := x509.DecryptPEMBlock(block, []byte("wrong")); err != nil {
			return pem.EncodeToMemory(block)
		}
	}
}

func TestCertificateThatIsNotBase64(t *testing.T) {
	err := signIn(t, acctest.NewEmulator(t), without(acctest.Attributes{"client_certificate": "-----BEGIN CERTIFICATE-----"}))
	if err == nil || !strings.Contains(err.Error(), "client_certificate in the provider block is not a base64-encoded PFX or PEM file") {
		t.Errorf("got %v", err)
	}
}

func TestCertificateIsRefused(t *testing.T) {
	certificate := newCertificate(time.Hour)
	public := pemOf("CERTIFICATE", certificate.Raw)
	otherKey, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	curveDER, err := x509.MarshalPKCS8PrivateKey(curve)
	must(t, err)
	encrypted, err := pkcs8.MarshalPrivateKey(clientKey(), []byte(certificatePassword), nil)
	must(t, err)
	curveOfOld, err := x509.MarshalECPrivateKey(curve)
	must(t, err)
	old := encryptedOfOld(t)
	encryptedPEM := append(bytes.Clone(public), pemOf("ENCRYPTED PRIVATE KEY", encrypted)...)
	for name, test := range map[string]struct {
		content        []byte
		password, says string
	}{
		"PFX, wrong password":     {pfx(t, certificate, certificatePassword), "wrong", "client_certificate_password is not its password"},
		"PFX, no password":        {pfx(t, certificate, certificatePassword), "", "it needs a password: set client_certificate_password"},
		"PEM, wrong password":     {encryptedPEM, "wrong", "client_certificate_password does not decrypt its private key"},
		"PEM, no password":        {encryptedPEM, "", "its private key needs a password: set client_certificate_password"},
		"old PEM, no password":    {append(bytes.Clone(public), old...), "", "its private key needs a password: set client_certificate_password"},
		"old PEM, wrong password": {append(bytes.Clone(public), old...), "wrong", "client_certificate_password is not its private key's password"},
		"a damaged certificate":   {append(pemOf("CERTIFICATE", []byte("x")), pemKey(t)...), "", "x509: malformed certificate"},
		"EC key":                  {append(bytes.Clone(public), pemOf("EC PRIVATE KEY", curveOfOld)...), "", "is not an RSA key"},
		"certificate alone":       {public, "", "holds no private key"},
		"key alone":               {pemKey(t), "", "holds no certificate"},
		"two keys":                {append(append(bytes.Clone(public), pemKey(t)...), pemKey(t)...), "", "more than one private key"},
		"another key":             {append(bytes.Clone(public), pemOf("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(otherKey))...), "", "matches none of the certificates"},
		"not an RSA key":          {append(bytes.Clone(public), pemOf("PRIVATE KEY", curveDER)...), "", "is not an RSA key"},
		"something else":          {[]byte("hello"), "", "neither PEM nor a readable PFX"},
		"an empty file":           {nil, "", "neither PEM nor a readable PFX"},
		"a damaged key":           {append(bytes.Clone(public), pemOf("PRIVATE KEY", []byte("x"))...), "", "private key cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			e := acctest.NewEmulator(t, emulator.WithCertificate(certificate))
			path := file(t, "certificate", test.content)
			changes := acctest.Attributes{"client_secret": nil, "client_certificate_path": path}
			if test.password != "" {
				changes["client_certificate_password"] = test.password
			}
			err := signIn(t, e, changes)
			acctest.WantError(t, err, test.says, path)
			changes["client_certificate_path"], changes["client_certificate"] = nil, base64.StdEncoding.EncodeToString(test.content)
			if test.content != nil {
				err = signIn(t, e, changes)
				acctest.WantError(t, err, test.says, "client_certificate in the provider block: the ")
			}
			if requests := e.Requests(); len(requests) > 0 {
				t.Errorf("%d requests were sent", len(requests))
			}
		})
	}
}
