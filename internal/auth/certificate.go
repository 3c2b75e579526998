package auth

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/youmark/pkcs8"
	"software.sslmate.com/src/go-pkcs12"
)

func (b builder) clientCertificate() (azcore.TokenCredential, error) {
	tenant, client, err := b.application()
	if err != nil {
		return nil, err
	}
	certificates, key, err := b.certificate()
	if err != nil {
		return nil, err
	}
	return azidentity.NewClientCertificateCredential(tenant, client, certificates, key, &azidentity.ClientCertificateCredentialOptions{
		ClientOptions:              b.options,
		AdditionallyAllowedTenants: b.settings.List(AuxiliaryTenantIDs),
		DisableInstanceDiscovery:   b.settings.withoutDiscovery(),
		SendCertificateChain:       true, // an application may trust the issuer and subject instead of one certificate
	})
}

// certificate reads the client certificate with its key. It checks what Entra ID would
// refuse with a less helpful message.
func (b builder) certificate() ([]*x509.Certificate, crypto.PrivateKey, error) {
	data, source, err := b.certificateData()
	if err != nil {
		return nil, nil, err
	}
	certificates, key, err := parseCertificate(data, b.settings.Get(ClientCertificatePassword))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: the client certificate cannot be read: %w", source, err)
	}
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, nil, fmt.Errorf("%s: the client certificate's key is not an RSA key, the only kind that Entra ID accepts", source)
	}
	for _, certificate := range certificates {
		if !private.PublicKey.Equal(certificate.PublicKey) {
			continue
		}
		if now := time.Now(); now.After(certificate.NotAfter) {
			return nil, nil, advise(fmt.Errorf("%s: the client certificate expired at %s", source, certificate.NotAfter.UTC().Format(time.RFC3339)),
				"Create a new certificate, add it to the application, and configure it here.")
		}
		return certificates, key, nil
	}
	return nil, nil, fmt.Errorf("%s: the private key matches none of the certificates it comes with", source)
}

// certificateData returns client_certificate, decoded, or else the content of its file.
// If both are set in one place, the file is not read, as in azurerm.
func (b builder) certificateData() (data []byte, source string, err error) {
	switch name := b.settings.first(ClientCertificate, ClientCertificatePath); name {
	case ClientCertificate:
		// The base64 command breaks its output into lines.
		text := strings.Join(strings.Fields(b.settings.Get(name)), "")
		if data, err = base64.StdEncoding.DecodeString(text); err != nil {
			return nil, "", fmt.Errorf("%s is not a base64-encoded PFX or PEM file", b.settings.Source(name))
		}
		return data, b.settings.Source(name), nil
	default:
		data, err = b.settings.file(name)
		return data, fmt.Sprintf("%s (%s)", b.settings.Get(name), b.settings.Source(name)), err
	}
}

// parseCertificate reads PEM or PFX. azidentity's own parser supports neither encrypted
// PEM keys nor the PFX files that OpenSSL 3 and Windows write today.
func parseCertificate(data []byte, password string) ([]*x509.Certificate, crypto.PrivateKey, error) {
	if bytes.Contains(data, []byte("-----BEGIN ")) {
		return parsePEM(bytes.TrimPrefix(data, []byte("\ufeff")), password)
	}
	key, leaf, chain, err := pkcs12.DecodeChain(data, password)
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword) && password == "":
		return nil, nil, errors.New("it needs a password: set client_certificate_password")
	case errors.Is(err, pkcs12.ErrIncorrectPassword):
		return nil, nil, errors.New("client_certificate_password is not its password")
	case err != nil:
		return nil, nil, fmt.Errorf("it is neither PEM nor a readable PFX (%w)", err)
	}
	return append([]*x509.Certificate{leaf}, chain...), key, nil
}

func parsePEM(data []byte, password string) (certificates []*x509.Certificate, key crypto.PrivateKey, err error) {
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		switch {
		case block.Type == "CERTIFICATE":
			certificate, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, nil, err
			}
			certificates = append(certificates, certificate)
		case strings.HasSuffix(block.Type, "PRIVATE KEY"):
			if key != nil {
				return nil, nil, errors.New("it holds more than one private key")
			}
			if key, err = parseKey(block, password); err != nil {
				return nil, nil, err
			}
		}
	}
	switch {
	case len(certificates) == 0:
		return nil, nil, errors.New("the PEM file holds no certificate")
	case key == nil:
		return nil, nil, errors.New("the PEM file holds no private key: it must be in the same file as the certificate")
	}
	return certificates, key, nil
}

func parseKey(block *pem.Block, password string) (crypto.PrivateKey, error) {
	//nolint:staticcheck // The old encryption is weak, but some tools still write it.
	old := x509.IsEncryptedPEMBlock(block)
	if (old || block.Type == "ENCRYPTED PRIVATE KEY") && password == "" {
		return nil, errors.New("its private key needs a password: set client_certificate_password")
	}
	der := block.Bytes
	if old {
		var err error
		//nolint:staticcheck // See above.
		if der, err = x509.DecryptPEMBlock(block, []byte(password)); err != nil {
			return nil, errors.New("client_certificate_password is not its private key's password")
		}
	}
	if block.Type == "ENCRYPTED PRIVATE KEY" {
		key, err := pkcs8.ParsePKCS8PrivateKey(der, []byte(password))
		if err != nil {
			return nil, fmt.Errorf("client_certificate_password does not decrypt its private key (%w)", err)
		}
		return key, nil
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key, nil
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key, nil // the caller reports that it is not RSA
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, errors.New("its private key cannot be read")
	}
	return key, nil
}
