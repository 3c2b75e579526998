package emulator

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAuthorityAndClose(t *testing.T) {
	e, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	pem, err := os.ReadFile(e.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		t.Fatalf("no certificate in %s", pem)
	}
	dialer := &tls.Dialer{Config: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	conn, err := dialer.DialContext(t.Context(), "tcp", strings.TrimPrefix(e.URL(), "https://"))
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	stranger := &tls.Dialer{Config: &tls.Config{RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}}
	if conn, err := stranger.DialContext(t.Context(), "tcp", strings.TrimPrefix(e.URL(), "https://")); err == nil {
		_ = conn.Close()
		t.Error("a client without the authority trusts the certificate")
	}
	for range 2 {
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(e.CAFile()); !os.IsNotExist(err) {
		t.Errorf("the authority's file is left after Close: %v", err)
	}
	if _, err := send(t, e, http.MethodGet, computePath+version, ""); err == nil {
		t.Error("the emulator replies after Close")
	}
}

// Nothing of the emulator runs on after Close, also where a client still reads.
func TestCloseWaitsForReplies(t *testing.T) {
	var log strings.Builder
	e := newServer(t, WithAccessLog(&log))
	e.Inject(Fault{Endless: true})
	if _, _, err := open(t.Context(), t, e, http.MethodGet, ""); err != nil {
		t.Fatal(err)
	}
	closeNow(t, e)
	if !strings.Contains(log.String(), computePath) {
		t.Error("Close returns before the endless reply has ended")
	}
}

func TestListenAddress(t *testing.T) {
	e := newServer(t, WithListenAddress("localhost:0"))
	if !strings.HasPrefix(e.URL(), "https://localhost:") {
		t.Error(e.URL())
	}
	e.want(t, http.StatusNotFound, http.MethodGet, computePath+version, "")
	if _, err := Start(WithListenAddress("nowhere")); err == nil {
		t.Error("an invalid address is accepted")
	}
}

func TestEnvironment(t *testing.T) {
	e := newServer(t, WithClient("c", "s"), WithSubscription("u"))
	want := map[string]string{
		"ARM_TENANT_ID": DefaultTenantID, "ARM_CLIENT_ID": "c", "ARM_CLIENT_SECRET": "s", "ARM_SUBSCRIPTION_ID": "u",
		"ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST": e.URL(),
		"ARM_RESOURCE_MANAGER_ENDPOINT":       e.URL(),
		"ARM_RESOURCE_MANAGER_AUDIENCE":       "https://management.core.windows.net/",
		"ARM_DISABLE_INSTANCE_DISCOVERY":      "true",
		"AZUREML_CA_CERTIFICATE_PATH":         e.CAFile(),
		"REQUESTS_CA_BUNDLE":                  e.CAFile(),
		"AZUREML_EMULATOR_WORKSPACE_ID":       strings.Replace(DefaultWorkspaceID, DefaultSubscriptionID, "u", 1),
		"AZUREML_EMULATOR_BATCH_ACCOUNT_ID":   strings.Replace(DefaultBatchAccountID, DefaultSubscriptionID, "u", 1),
	}
	if diff := cmp.Diff(want, e.Environment()); diff != "" {
		t.Error(diff)
	}
}

func TestLog(t *testing.T) {
	var lines bytes.Buffer
	e := newServer(t, WithAccessLog(&lines))
	e.call(t, http.MethodGet, "/discovery", "")
	poll := attach(t, e, computePath)
	e.call(t, http.MethodGet, poll, "")
	e.Inject(Fault{Method: http.MethodDelete, Drop: true})
	_, _ = send(t, e, http.MethodDelete, computePath+version, "")
	e.call(t, http.MethodGet, "/a%0Ab%20c", "")

	var got []string
	for _, r := range e.Requests() {
		got = append(got, fmt.Sprintf("%s %s %d", r.Method, r.Path[max(0, len(r.Path)-10):], r.Status))
	}
	status := regexp.MustCompile(`computeOperationsStatus/[^?]*([^?]{10})\?`).FindStringSubmatch(poll)[1]
	want := []string{
		"GET /discovery 200", "PUT tes/batch1 201", "GET " + status + " 200", "DELETE tes/batch1 0", "GET /a\nb c 404",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	arm := e.ARMRequests()
	if len(arm) != 4 || string(arm[0].Body) != attachBody || arm[0].Query != "api-version=2020-02-02" || arm[0].Header.Get("Authorization") == "" {
		t.Errorf("%+v", arm)
	}

	written := lines.String()
	line := regexp.MustCompile(`(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (GET|PUT|DELETE) /\S+ \d+$`)
	if got := len(line.FindAllString(written, -1)); got != 5 || strings.Count(written, "\n") != 5 {
		t.Errorf("%d of five lines have the right form in\n%s", got, written)
	}
	if strings.Contains(written, "&s=") || strings.Contains(written, "Bearer") || strings.Contains(written, "?") {
		t.Error("the log has a secret")
	}
	e.ResetLog()
	if got := e.Requests(); len(got) != 0 {
		t.Error(got)
	}
}

func TestChangesByOthers(t *testing.T) {
	e := newHandler(t)
	e.PutCompute(DefaultWorkspaceID, Compute{Name: "Batch1", ResourceID: DefaultBatchAccountID})
	e.PutCompute(DefaultWorkspaceID, Compute{Name: "cpu", ComputeType: "AmlCompute"})
	c, ok := e.Compute(strings.ToUpper(computePath))
	if !ok || !c.IsAttached || c.ProvisioningState != "Succeeded" || c.Location != "westeurope" || c.ComputeLocation != "westeurope" ||
		c.ID != DefaultWorkspaceID+"/computes/Batch1" || c.CreatedOn.IsZero() || c.ModifiedOn.IsZero() {
		t.Errorf("%t %+v", ok, c)
	}
	if c, _ := e.Compute(DefaultWorkspaceID + "/computes/cpu"); c.IsAttached {
		t.Error("a managed compute counts as attached")
	}
	if !e.EditCompute(computePath, func(c *Compute) { c.ProvisioningState = "Updating" }) || e.EditCompute(computePath+"x", func(*Compute) {}) {
		t.Error("EditCompute does not report whether there is such a compute")
	}
	if a := e.call(t, http.MethodGet, computePath+version, ""); !strings.Contains(a.body, `"Updating"`) || !strings.Contains(a.body, `computes/Batch1"`) {
		t.Error(a.body)
	}
	if !e.RemoveCompute(computePath) || e.RemoveCompute(computePath) || len(e.Computes()) != 1 {
		t.Error("RemoveCompute does not remove the compute, or does not report whether there was one")
	}
}

func TestConcurrentRequests(t *testing.T) {
	e := newServer(t)
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			path := fmt.Sprintf("%s/computes/c%d", DefaultWorkspaceID, i)
			status, err := send(t, e, http.MethodPut, path+version, attachBody)
			if err != nil || status.status != http.StatusCreated {
				t.Errorf("%d: %v %s", i, err, status.body)
				return
			}
			if poll, err := send(t, e, http.MethodGet, status.header.Get("Azure-AsyncOperation"), ""); err != nil || !strings.Contains(poll.body, "Succeeded") {
				t.Errorf("%d: %v %s", i, err, poll.body)
			}
			e.Inject(Fault{Path: "never"})
		})
	}
	wg.Wait()
	states := map[string]string{}
	for _, c := range e.Computes() {
		states[c.Name] = c.ProvisioningState
	}
	for i := range 40 {
		if name := fmt.Sprintf("c%d", i); states[name] != "Succeeded" {
			t.Errorf("%s: %q", name, states[name])
		}
	}
}
