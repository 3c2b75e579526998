package provider_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/zclconf/go-cty/cty"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

const certificatePassword = "emulator-certificate-password"

// environments set up the variables and files that each method of the guide expects where
// it runs. They return the client that signs in.
var environments = map[string]func(*testing.T, *emulator.Emulator) (client string){
	"client-secret": func(*testing.T, *emulator.Emulator) string { return emulator.DefaultClientID },
	"client-secret-file": func(t *testing.T, _ *emulator.Emulator) string {
		// Saved by an editor on Windows.
		secret(t, "client-id", []byte("\ufeff"+emulator.DefaultClientID+"\r\n"))
		secret(t, "client-secret", []byte(emulator.DefaultClientSecret+"\n"))
		return emulator.DefaultClientID
	},
	"client-certificate": func(t *testing.T, _ *emulator.Emulator) string {
		secret(t, "client.pfx", pfx(t, guideCertificate(), certificatePassword))
		return emulator.DefaultClientID
	},
	"oidc-github": func(t *testing.T, e *emulator.Emulator) string {
		t.Setenv("ACTIONS_ID_TOKEN_REQUEST_URL", e.GitHubJob().RequestURL)
		t.Setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", e.GitHubJob().RequestToken)
		return emulator.DefaultClientID
	},
	"oidc-azure-devops": func(t *testing.T, e *emulator.Emulator) string {
		t.Setenv("SYSTEM_OIDCREQUESTURI", e.AzureDevOpsJob().RequestURL)
		t.Setenv("SYSTEM_ACCESSTOKEN", e.AzureDevOpsJob().RequestToken)
		return emulator.DefaultClientID
	},
	"oidc-token": func(t *testing.T, e *emulator.Emulator) string {
		secret(t, "oidc-token", []byte(e.SignFederatedToken(emulator.ClusterFederation)))
		return emulator.DefaultClientID
	},
	"aks-workload-identity": func(t *testing.T, e *emulator.Emulator) string {
		// What AKS sets in a pod.
		t.Setenv("AZURE_TENANT_ID", emulator.DefaultTenantID)
		t.Setenv("AZURE_CLIENT_ID", emulator.DefaultClientID)
		t.Setenv("AZURE_FEDERATED_TOKEN_FILE", file(t, "azure-identity-token", []byte(e.SignFederatedToken(emulator.ClusterFederation))))
		return emulator.DefaultClientID
	},
	"managed-identity":          func(*testing.T, *emulator.Emulator) string { return emulator.DefaultSystemIdentity },
	"managed-identity-assigned": func(*testing.T, *emulator.Emulator) string { return emulator.DefaultAssignedIdentity },
	"managed-identity in App Service": func(t *testing.T, e *emulator.Emulator) string {
		endpoint, header := e.AppService()
		t.Setenv("IDENTITY_ENDPOINT", endpoint)
		t.Setenv("IDENTITY_HEADER", header)
		return emulator.DefaultSystemIdentity
	},
	"azure-cli": func(t *testing.T, e *emulator.Emulator) string {
		signedInCLI(t, e)
		return emulator.DefaultClientID
	},
}

// guideCertificate is the certificate of the application in TestGuide.
var guideCertificate = sync.OnceValue(func() *x509.Certificate { return newCertificate(time.Hour) })

// TestGuide signs in with each method as the guide "Authenticating" shows it: once with
// its block, once with an empty block and its variables.
func TestGuide(t *testing.T) {
	const examples = "../../examples/authentication"
	absolute, err := filepath.Abs(examples)
	must(t, err)
	shown, err := os.ReadDir(examples)
	must(t, err)
	for _, entry := range shown {
		if environments[entry.Name()] == nil {
			t.Errorf("%s is in the guide but not tested", entry.Name())
		}
	}
	checkGuide(t, absolute, shown)
	n := 0
	for name, setUp := range environments {
		dir := filepath.Join(absolute, strings.Split(name, " ")[0])
		for given, read := range map[string]func(*testing.T, string) acctest.Attributes{"block": block, "environment": environment} {
			n++
			// azidentity caches managed identities' tokens in the process, by audience.
			audience := fmt.Sprintf("https://management%d.example", n)
			t.Run(name+" by "+given, func(t *testing.T) {
				t.Chdir(t.TempDir())
				e := acctest.NewEmulator(t, emulator.WithCertificate(guideCertificate()), emulator.WithAudience(audience))
				client := setUp(t, e)
				for _, name := range []string{"ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST", "ARM_RESOURCE_MANAGER_ENDPOINT", "ARM_DISABLE_INSTANCE_DISCOVERY"} {
					t.Setenv(name, e.Environment()[name])
				}
				t.Setenv("ARM_RESOURCE_MANAGER_AUDIENCE", audience)
				must(t, attachTo(t, e, read(t, dir)))
				wantAttached(t, e)
				for _, request := range e.ARMRequests() {
					if got := clientOf(t, request); got != client {
						t.Errorf("%s %s was sent by client %s", request.Method, request.Path, got)
					}
				}
			})
		}
	}
}

// checkGuide checks that the guide has each example in full, and as a line of its table.
func checkGuide(t *testing.T, examples string, shown []os.DirEntry) {
	t.Helper()
	guide, err := os.ReadFile("../../docs/guides/authenticating.md")
	must(t, err)
	for _, entry := range shown {
		dir := filepath.Join(examples, entry.Name())
		var names []string
		for _, example := range []string{"provider.tf", "environment.sh"} {
			content, err := os.ReadFile(filepath.Join(dir, example))
			must(t, err)
			if !strings.Contains(string(guide), strings.TrimSpace(string(content))) {
				t.Errorf("the guide does not show %s of %s: run make docs", example, entry.Name())
			}
			for _, match := range regexp.MustCompile(`(?m)^(?:  |export )(\w+) *=`).FindAllStringSubmatch(string(content), -1) {
				if match[1] != "type" && match[1] != "sensitive" {
					names = append(names, "`"+match[1]+"`")
				}
			}
		}
		inTable := func(line string) bool {
			return strings.HasPrefix(line, "| [") && !slices.ContainsFunc(names, func(name string) bool { return !strings.Contains(line, name) })
		}
		if len(names) < 2 || !slices.ContainsFunc(strings.Split(string(guide), "\n"), inTable) {
			t.Errorf("no line of the guide's table has all of %s", names)
		}
	}
}

// block returns the attributes of an example's provider block.
func block(t *testing.T, dir string) acctest.Attributes {
	t.Helper()
	parsed, diags := hclparse.NewParser().ParseHCLFile(filepath.Join(dir, "provider.tf"))
	if diags.HasErrors() {
		t.Fatalf("the example does not parse: %v", diags)
	}
	content, _, diags := parsed.Body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "provider", LabelNames: []string{"name"}}}})
	if diags.HasErrors() || len(content.Blocks) != 1 {
		t.Fatalf("%d provider blocks; %v", len(content.Blocks), diags)
	}
	attributes, diags := content.Blocks[0].Body.JustAttributes()
	if diags.HasErrors() {
		t.Fatalf("the example does not parse: %v", diags)
	}
	variables := &hcl.EvalContext{Variables: map[string]cty.Value{"var": cty.ObjectVal(map[string]cty.Value{
		"client_secret":               cty.StringVal(emulator.DefaultClientSecret),
		"client_certificate_password": cty.StringVal(certificatePassword),
	})}}
	read := acctest.Attributes{}
	for name, attribute := range attributes {
		value, diags := attribute.Expr.Value(variables)
		switch {
		case diags.HasErrors():
			t.Fatalf("the example does not parse: %v", diags)
		case value.Type() == cty.Bool:
			read[name] = value.True()
		default:
			read[name] = value.AsString()
		}
	}
	return read
}

// environment sets an example's variables, and returns an empty block.
func environment(t *testing.T, dir string) acctest.Attributes {
	t.Helper()
	script, err := os.ReadFile(filepath.Join(dir, "environment.sh"))
	must(t, err)
	values := map[string]string{"CLIENT_SECRET": emulator.DefaultClientSecret, "CLIENT_CERTIFICATE_PASSWORD": certificatePassword}
	for line := range strings.Lines(string(script)) {
		name, value, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
		if !ok || !strings.HasPrefix(line, "export ") {
			t.Fatalf("the test cannot read %q", line)
		}
		t.Setenv(name, os.Expand(strings.Trim(value, `"`), func(name string) string { return values[name] }))
	}
	return nil
}

// secret writes a file to the folder that the guide uses for secrets.
func secret(t *testing.T, name string, content []byte) {
	t.Helper()
	must(t, os.MkdirAll("secrets", 0o700))
	must(t, os.WriteFile(filepath.Join("secrets", name), content, 0o600))
}

// signedInCLI puts an az on PATH that is signed in and prints what the real one prints. It
// records its arguments in a file.
func signedInCLI(t *testing.T, e *emulator.Emulator) (arguments string) {
	t.Helper()
	arguments = filepath.Join(t.TempDir(), "arguments")
	expires := time.Now().Add(time.Hour)
	az(t, fmt.Sprintf(`echo "$@" >> %q
cat << EOF
{
  "accessToken": %q,
  "expiresOn": %q,
  "expires_on": %d,
  "subscription": %q,
  "tenant": %q,
  "tokenType": "Bearer"
}
EOF
`, arguments, e.Token(), expires.Format("2006-01-02 15:04:05.000000"), expires.Unix(), emulator.DefaultSubscriptionID, emulator.DefaultTenantID))
	return arguments
}

// clientOf returns the client id in a request's token.
func clientOf(t *testing.T, request emulator.Request) string {
	t.Helper()
	return claimsOf(t, request.Header.Get("Authorization")).Client
}

type claims struct {
	Client   string `json:"appid"`
	Tenant   string `json:"tid"`
	Audience string `json:"aud"`
}

func claimsOf(t *testing.T, authorization string) (read claims) {
	t.Helper()
	parts := strings.Split(authorization, ".")
	if len(parts) != 3 {
		t.Fatalf("%q has no token", url.QueryEscape(authorization))
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	must(t, err)
	must(t, json.Unmarshal(payload, &read))
	return read
}
