//go:build unix

package realcli_test

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator/emulatortest"
)

const clientSecret = "a~client.secret/that+nothing-else-is"

func TestSecretsStayOutOfLogs(t *testing.T) {
	t.Parallel()
	secretsStayOutOfLogs(t, fmt.Sprintf("provider \"azureml\" {\n  client_secret = %q\n}\n\n", clientSecret))
}

func TestSlowSecretsOfTheEnvironmentStayOutOfLogs(t *testing.T) {
	acctest.Slow(t)
	t.Parallel()
	secretsStayOutOfLogs(t, "")
}

// secretsStayOutOfLogs runs a complete life cycle with logs at TRACE. The secret is in the
// provider block, or else in the environment.
func secretsStayOutOfLogs(t *testing.T, provider string) {
	t.Helper()
	e := emulatortest.New(t, emulator.WithClient(emulator.DefaultClientID, clientSecret))
	d := newDirectory(t, e, provider+block())
	if provider != "" {
		delete(d.variables, "ARM_CLIENT_SECRET")
	}
	d.logLevel = "TRACE"

	dropped := emulator.Fault{Path: statusPath, Times: 2, Drop: true}
	e.Inject(dropped)
	d.must("apply", "-auto-approve", "-input=false")
	d.must("plan", "-input=false", "-detailed-exitcode")
	d.must("state", "rm", address)
	d.must("import", "-input=false", address, computeID)

	e.FailNext(emulator.Attach, emulator.Failure{Error: map[string]any{"code": "InternalServerError", "message": "It broke."}})
	output, code := d.run("apply", "-auto-approve", "-input=false", "-replace="+address)
	if code == 0 {
		t.Error("the failed attach succeeded")
	}
	clitest.Says(t, output, "It broke.", "Request id: ", "Correlation id: ")

	const requestID = "00000000-0000-0000-0000-0000000000ff"
	e.ClearFaults()
	e.Inject(emulator.Fault{
		Method: "GET", Path: computePath, Status: 403, Header: map[string]string{"x-ms-request-id": requestID},
		Body: `{"error": {"code": "AuthorizationFailed", "message": "The client does not have authorization."}}`,
	})
	if output, code = d.run("plan", "-input=false"); code == 0 {
		t.Error("a plan without permission succeeded")
	}
	clitest.Says(t, output, "AuthorizationFailed", "Request id: "+requestID)
	e.Inject(dropped)
	d.destroys()

	noSecretIn(t, d)
	everyReplyIsLogged(t, d)
}

// secrets returns the secrets that the emulator issued and received, with descriptions.
func secrets(e *emulator.Emulator) map[string]string {
	found := map[string]string{clientSecret: "the client secret", url.QueryEscape(clientSecret): "the client secret, escaped"}
	for _, request := range e.Requests() {
		if _, token, bearer := strings.Cut(request.Header.Get("Authorization"), "Bearer "); bearer {
			found[token] = "a bearer token"
			found[token[strings.LastIndex(token, ".")+1:]] = "the signature of a bearer token"
		}
		if !strings.Contains(request.Path, statusPath) {
			continue
		}
		query, err := url.ParseQuery(request.Query)
		if err != nil {
			panic(err)
		}
		for _, parameter := range []string{"s", "c", "h"} {
			found[query.Get(parameter)] = parameter + "= of a status address"
		}
	}
	return found
}

// noSecretIn searches everything that the CLI and the provider wrote: outputs, logs, the
// state and its backups.
func noSecretIn(t *testing.T, d *directory) {
	t.Helper()
	secrets := secrets(d.e)
	kinds := map[string]bool{}
	for secret, what := range secrets {
		kinds[what] = secret != ""
	}
	if len(kinds) != 7 {
		t.Errorf("the kinds of secrets are %v, want 7", kinds)
	}
	files := append(filesIn(t, d.notes), filesIn(t, d.path)...)
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for secret, what := range secrets {
			if at := strings.Index(string(content), secret); at >= 0 {
				line := string(content[strings.LastIndex(string(content[:at]), "\n")+1 : at])
				t.Errorf("%s is in %s, after %q", what, filepath.Base(file), line[:min(len(line), 300)])
			}
		}
	}
	if logs := len(logsIn(t, d)); logs < 7 || len(files) <= logs {
		t.Errorf("there are %d files, %d of them logs", len(files), logs)
	}
}

var loggedReply = regexp.MustCompile(`Azure replied:.* request_id=[0-9a-f-]{36}\b`)

// everyReplyIsLogged checks that the logs have all replies, with the ids that Azure's support
// asks for.
func everyReplyIsLogged(t *testing.T, d *directory) {
	t.Helper()
	replied, correlations := 0, map[string]bool{}
	for _, request := range d.e.ARMRequests() {
		correlations[request.Header.Get("x-ms-correlation-request-id")] = true
		if request.Status != 0 {
			replied++
		}
	}
	withIDs := 0
	for _, log := range logsIn(t, d) {
		content, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		withIDs += len(loggedReply.FindAll(content, -1))
		for id := range correlations {
			if strings.Contains(string(content), "correlation_id="+id) {
				delete(correlations, id)
			}
		}
	}
	if withIDs != replied || replied == 0 {
		t.Errorf("the logs have %d replies with their ids, but the service sent %d", withIDs, replied)
	}
	if len(correlations) > 0 {
		t.Errorf("no log has the correlation ids %v", correlations)
	}
}

func logsIn(t *testing.T, d *directory) []string {
	t.Helper()
	logs, err := filepath.Glob(filepath.Join(d.notes, "*.log"))
	if err != nil {
		t.Fatal(err)
	}
	return logs
}

// filesIn lists the files of a directory that the CLI may have written. It leaves out the
// configuration, which contains the secret on purpose, and symbolic links.
func filesIn(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() && filepath.Ext(path) != ".tf" {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
