package provider_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"flag"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

var update = flag.Bool("update", false, "update the golden files")

// attachTo configures a provider with a block and attaches. All requests reach the
// emulator, whatever their host.
func attachTo(t testing.TB, e *emulator.Emulator, block acctest.Attributes, options ...func(*azureml.Options)) error {
	t.Helper()
	options = append([]func(*azureml.Options){func(o *azureml.Options) { o.Transport = e.HTTPClient() }}, options...)
	core, err := acctest.NewCore(t, acctest.Server(options...), block)
	if err != nil {
		return err
	}
	_, d := core.Apply(t.Context(), acctest.State{}, acctest.Attributes{
		"name": "mybatchcompute", "workspace_id": emulator.DefaultWorkspaceID, "batch_account_id": emulator.DefaultBatchAccountID,
	})
	return d.Err()
}

// signIn is attachTo with changes to a block that signs in with a secret.
func signIn(t testing.TB, e *emulator.Emulator, changes acctest.Attributes, options ...func(*azureml.Options)) error {
	t.Helper()
	return attachTo(t, e, acctest.SignIn(e, changes), options...)
}

// wantAttached fails the test unless the emulator has the compute of attachTo.
func wantAttached(t testing.TB, e *emulator.Emulator) {
	t.Helper()
	if _, there := e.Compute(emulator.DefaultWorkspaceID + "/computes/mybatchcompute"); !there {
		t.Error("nothing was attached")
	}
}

// clientKey is the key of all test certificates: generating one is slow.
var clientKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// newCertificate returns a certificate that expires after a time.
func newCertificate(expires time.Duration) *x509.Certificate {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().Add(expires),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, clientKey().Public(), clientKey())
	if err != nil {
		panic(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return certificate
}

// pfx encodes a certificate and its key as Windows and OpenSSL 3 do.
func pfx(t testing.TB, certificate *x509.Certificate, password string) []byte {
	t.Helper()
	data, err := pkcs12.Modern.Encode(clientKey(), certificate, nil, password)
	must(t, err)
	return data
}

func pemOf(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func pemKey(t testing.TB) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(clientKey())
	must(t, err)
	return pemOf("PRIVATE KEY", der)
}

// file writes a file to a temporary folder, and returns its path.
func file(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	must(t, os.WriteFile(path, content, 0o600))
	return path
}

// az puts a stand-in for Azure CLI on PATH.
func az(t *testing.T, script string) {
	t.Helper()
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "az"), []byte("#!/bin/sh\n"+script), 0o700))
	t.Setenv("PATH", dir+string(os.PathListSeparator)+"/bin"+string(os.PathListSeparator)+"/usr/bin")
}

// varying lists the parts of a message that differ from run to run.
var varying = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`(Trace ID|Correlation ID|Request id|Correlation id): [0-9a-f-]{36}`), "$1: ID"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\dZ`), "TIME"},
	{regexp.MustCompile(`\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d:\d\d [AP]M`), "TIME"},
	{regexp.MustCompile(`--claims-challenge [\w+/]+\n`), "--claims-challenge CLAIMS\n"},
	{regexp.MustCompile(`'[0-9A-F]{64}'`), "'THUMBPRINT'"},
	{regexp.MustCompile(`/[^ ]*/TestSignInMessages[^ ]*/\d{3}/`), "DIR/"},
}

// golden compares a message with the one in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	for _, v := range varying {
		got = v.pattern.ReplaceAllString(got, v.with)
	}
	path := filepath.Join("testdata", "sign-in", strings.ReplaceAll(name, " ", "-")+".txt")
	if *update {
		must(t, os.MkdirAll(filepath.Dir(path), 0o750))
		must(t, os.WriteFile(path, []byte(got+"\n"), 0o600))
		return
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if got+"\n" != string(want) {
		t.Errorf("the message differs from %s; update it with go test -update. It is:\n%s", path, got)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
