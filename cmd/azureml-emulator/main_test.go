package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

// asChild makes the test binary act as the command that exec runs.
const asChild = "EMULATOR_TEST_CHILD"

func TestMain(m *testing.M) {
	if action := os.Getenv(asChild); action != "" {
		os.Exit(child(action))
	}
	goleak.VerifyTestMain(m)
}

func child(action string) int {
	switch action {
	case "environment":
		variables := os.Environ()
		slices.Sort(variables)
		fmt.Println(strings.Join(variables, "\n"))
		_, err := os.Stat(os.Getenv("AZUREML_CA_CERTIFICATE_PATH"))
		fmt.Println("authority there:", err == nil)
	case "main":
		main()
	case "az":
		return childOfAz()
	case "exit":
		return 42
	case "copy":
		_, _ = io.Copy(os.Stdout, os.Stdin)
		_, _ = fmt.Fprint(os.Stderr, strings.Join(os.Args[1:], "|"))
	case "kill":
		self, _ := os.FindProcess(os.Getpid())
		_ = self.Kill()
		select {}
	case "wait":
		// This asks the emulator's process to end, which forwards SIGTERM.
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, syscall.SIGTERM)
		parent, _ := os.FindProcess(os.Getppid())
		_ = parent.Signal(syscall.SIGTERM)
		<-signals
		return 7
	}
	return 0
}

// execute runs azureml-emulator in this process.
func execute(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errOut bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(stdin), &out, &errOut)
	return code, out.String(), errOut.String()
}

func self(t *testing.T, action string) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(asChild, action)
	return path
}

func TestExecSetsTheEnvironment(t *testing.T) {
	path := self(t, "environment")
	for _, name := range []string{
		"ARM_CLIENT_CERTIFICATE_PATH", "ARM_CLIENT_SECRET", "AZURE_CLIENT_SECRET", "AZURE_FEDERATED_TOKEN_FILE",
		"ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL",
		"SYSTEM_ACCESSTOKEN", "SYSTEM_OIDCREQUESTURI", "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
		"IDENTITY_ENDPOINT", "IDENTITY_HEADER", "MSI_ENDPOINT", "MSI_SECRET", "IMDS_ENDPOINT", "DEFAULT_IDENTITY_CLIENT_ID",
		"servicePrincipalKey", "idToken", "ENDPOINT_AUTH_PARAMETER_x_serviceprincipalkey", "AZUREML_RUN_TOKEN", "TFC_WORKLOAD_IDENTITY_TOKEN",
	} {
		t.Setenv(name, "real")
	}
	t.Setenv("no_proxy", "internal")
	t.Setenv("OTHER", "stays")
	const workspace = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/mine"
	code, out, errOut := execute(t, "", "exec", "-workspace", workspace+"=uksouth", "--", path)
	if code != 0 || errOut != "" {
		t.Fatalf("%d %s", code, errOut)
	}
	for _, want := range []string{
		"ARM_TENANT_ID=", "ARM_CLIENT_ID=", "ARM_CLIENT_SECRET=emulator-client-secret",
		"ARM_SUBSCRIPTION_ID=11111111-1111-1111-1111-111111111111",
		"ARM_RESOURCE_MANAGER_ENDPOINT=https://127.0.0.1:", "ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST=https://127.0.0.1:",
		"ARM_RESOURCE_MANAGER_AUDIENCE=https://management.core.windows.net/\n", "ARM_DISABLE_INSTANCE_DISCOVERY=true\n",
		"AZUREML_EMULATOR_WORKSPACE_ID=" + workspace + "\n",
		"AZUREML_EMULATOR_BATCH_ACCOUNT_ID=/subscriptions/11111111-1111-1111-1111-111111111111/",
		"no_proxy=internal,127.0.0.1,localhost\n", "OTHER=stays\n", "authority there: true\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if strings.Contains(out, "real") {
		t.Errorf("the command inherits a variable of a real account:\n%s", out)
	}
	ca := regexp.MustCompile(`AZUREML_CA_CERTIFICATE_PATH=(.*)`).FindStringSubmatch(out)[1]
	if _, err := os.Stat(ca); !os.IsNotExist(err) {
		t.Errorf("%s is left after the run: %v", ca, err)
	}
}

// Requests to the emulator bypass proxies, wherever it listens.
func TestExecBypassesProxies(t *testing.T) {
	for url, want := range map[string]string{
		"https://127.0.0.1:8443":        "internal,127.0.0.1,localhost",
		"https://10.0.0.5:8443":         "internal,127.0.0.1,localhost,10.0.0.5",
		"https://[fd00::5]:8443":        "internal,127.0.0.1,localhost,fd00::5",
		"https://emulator.example:8443": "internal,127.0.0.1,localhost,emulator.example",
	} {
		env := environment([]string{"NO_PROXY=internal", "HTTPS_PROXY=http://proxy.example"}, map[string]string{"ARM_RESOURCE_MANAGER_ENDPOINT": url}, &azureCLI{})
		if !slices.Contains(env, "NO_PROXY="+want) || !slices.Contains(env, "no_proxy="+want) {
			t.Errorf("%s: %v", url, env)
		}
	}
}

func TestExecPassesOnStreamsAndExitCode(t *testing.T) {
	if code, _, _ := execute(t, "", "exec", "--", self(t, "exit")); code != 42 {
		t.Errorf("exit code %d", code)
	}
	code, out, errOut := execute(t, "in", "exec", self(t, "copy"), "-data", "--", "x")
	if code != 0 || out != "in" || errOut != "-data|--|x" {
		t.Errorf("%d %q %q", code, out, errOut)
	}
	if runtime.GOOS != "windows" {
		if code, _, _ := execute(t, "", "exec", "--", self(t, "kill")); code != 128+9 {
			t.Errorf("killed: exit code %d", code)
		}
	}
}

func TestExecForwardsTermination(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no SIGTERM")
	}
	if code, _, errOut := execute(t, "", "exec", "--", self(t, "wait")); code != 7 {
		t.Errorf("exit code %d, %s", code, errOut)
	}
}

func TestExecOfAMissingCommand(t *testing.T) {
	if code, _, errOut := execute(t, "", "exec", "--", "no-such-command-here"); code != 127 || errOut == "" {
		t.Errorf("not found: %d %s", code, errOut)
	}
	if code, _, _ := execute(t, "", "exec", "--", filepath.Join(t.TempDir(), "none")); code != 127 {
		t.Errorf("no such file: %d", code)
	}
	if code, _, errOut := execute(t, "", "exec", "--", t.TempDir()); code != 126 && runtime.GOOS != "windows" {
		t.Errorf("a folder: %d %s", code, errOut)
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{"-h"}, {"exec", "-h"}, {"serve", "-help"}} {
		code, out, errOut := execute(t, "", args...)
		if code != 0 || !strings.Contains(out, "Usage:") || errOut != "" {
			t.Errorf("%v: %d %q %q", args, code, out, errOut)
		}
	}
	for _, args := range [][]string{{"-version"}, {"exec", "-version"}, {"serve", "-version"}} {
		if code, out, _ := execute(t, "", args...); code != 0 || !strings.HasPrefix(out, "azureml-emulator ") {
			t.Errorf("%v: %d %q", args, code, out)
		}
	}
	faults := filepath.Join(t.TempDir(), "faults.json")
	if err := os.WriteFile(faults, []byte(`[{"path": "("}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		code int
		args []string
	}{
		{2, nil},
		{2, []string{"run"}},
		{2, []string{"exec"}},
		{2, []string{"exec", "-nope", "--", "x"}},
		{2, []string{"exec", "-workspace", "ws", "--", "x"}},
		{2, []string{"serve", "argument"}},
		{2, []string{"serve", "-format", "xml"}},
		{1, []string{"exec", "-faults", faults, "--", "x"}},
		{1, []string{"exec", "-faults", "none.json", "--", "x"}},
		{1, []string{"exec", "-failures", faults, "--", "x"}},
		{1, []string{"exec", "-replay", faults, "--", "x"}},
		{1, []string{"exec", "-requests", t.TempDir(), "--", "x"}},
		{1, []string{"exec", "-listen", "nowhere", "--", "x"}},
		{1, []string{"serve", "-data", t.TempDir()}},
		{1, []string{"exec", "-latency", "-1s", "--", "x"}},
		{1, []string{"exec", "-page-size", "-1", "--", "x"}},
	} {
		code, out, errOut := execute(t, "", test.args...)
		if code != test.code || out != "" || errOut == "" {
			t.Errorf("%v: %d %q %q", test.args, code, out, errOut)
		}
	}
}

// untilWritten is a writer that calls a function once a text was written.
type untilWritten struct {
	written bytes.Buffer
	text    string
	then    func()
}

func (w *untilWritten) Write(b []byte) (int, error) {
	n, err := w.written.Write(b)
	if strings.Contains(w.written.String(), w.text) {
		w.then()
	}
	return n, err
}

func TestServe(t *testing.T) {
	for format, last := range map[string]string{"env": "REQUESTS_CA_BUNDLE", "json": "}"} {
		ctx, cancel := context.WithCancel(t.Context())
		out := &untilWritten{text: last, then: cancel}
		var errOut bytes.Buffer
		data := filepath.Join(t.TempDir(), "it's.json")
		if code := run(ctx, []string{"serve", "-format", format, "-data", data}, nil, out, &errOut); code != 0 {
			t.Errorf("%s: %d %s", format, code, errOut.String())
		}
		cancel()
		if format == "json" {
			var env map[string]string
			if err := json.Unmarshal(out.written.Bytes(), &env); err != nil || env["ARM_RESOURCE_MANAGER_ENDPOINT"] == "" {
				t.Errorf("%v in %s", err, &out.written)
			}
			continue
		}
		line := regexp.MustCompile(`(?m)^export [A-Z_]+='[^']*'$`)
		if got := len(line.FindAllString(out.written.String(), -1)); got != 12 || strings.Count(out.written.String(), "\n") != 12 {
			t.Errorf("%d variables in\n%s", got, &out.written)
		}
	}
}

// The shell commands of the help work as written.
func TestServeInAShell(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil || runtime.GOOS == "windows" {
		t.Skip("there is no sh on PATH")
	}
	_, lines, _ := strings.Cut(serveUsage, "In a shell:\n")
	dir := t.TempDir()
	if err := os.Symlink(self(t, "main"), filepath.Join(dir, "azureml-emulator")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	command := exec.CommandContext(t.Context(), sh, "-ec", lines+"\nkill $!\nwait\n"+`echo "$ARM_RESOURCE_MANAGER_ENDPOINT $REQUESTS_CA_BUNDLE"`)
	command.Dir = dir
	out, err := command.CombinedOutput()
	if err != nil || !regexp.MustCompile(`^https://127\.0\.0\.1:\d+ .*ca\.pem\n$`).Match(out) {
		t.Errorf("%s, %v", out, err)
	}
}

func TestQuotesForAShell(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no sh on PATH")
	}
	const value = "it's $HOME `x` \"y\" \\"
	var script bytes.Buffer
	if err := printEnvironment(&script, "env", map[string]string{"A": value}); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), sh, "-c", script.String()+`printf %s "$A"`).Output()
	if err != nil || string(out) != value {
		t.Errorf("%q, %v", out, err)
	}
}

func TestFlagsReachTheEmulator(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	flags, s := newFlags("exec", "")
	if err := flags.Parse([]string{
		"-attach-duration", "1h", "-page-size", "3", "-throttle", "-log", log, "-keep-tags",
		"-batch-account", "/subscriptions/s/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/one",
		"-batch-account", "/subscriptions/s/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/two=uksouth",
	}); err != nil {
		t.Fatal(err)
	}
	emu, end, err := s.start()
	if err != nil {
		t.Fatal(err)
	}
	if got := emu.BatchAccounts(); len(got) != 2 || !strings.HasSuffix(got[1], "/two") {
		t.Error(got)
	}
	response, err := emu.HTTPClient().Get(emu.URL() + "/discovery?secret")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if err := end(); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(log); err != nil || !strings.HasSuffix(string(got), " GET /discovery 200\n") {
		t.Errorf("%s %v", got, err)
	}
}

func TestReplay(t *testing.T) {
	flags, s := newFlags("exec", "")
	if err := flags.Parse([]string{"-replay", "../../internal/emulator/testdata/recordings/attached-2021-07-01.json"}); err != nil {
		t.Fatal(err)
	}
	emu, end, err := s.start()
	if err != nil {
		t.Fatal(err)
	}
	if got := emu.Environment()["AZUREML_EMULATOR_WORKSPACE_ID"]; !strings.HasSuffix(got, "/workspaces/workspace-1") {
		t.Errorf("the workspace is %q", got)
	}
	if err := end(); err != nil {
		t.Fatal(err)
	}
}

func TestRequestsAreWrittenAsJSON(t *testing.T) {
	path := filepath.Join(t.TempDir(), "requests")
	flags, s := newFlags("exec", "")
	if err := flags.Parse([]string{"-requests", path}); err != nil {
		t.Fatal(err)
	}
	emu, end, err := s.start()
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"/discovery", "/subscriptions/s?a=b"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, emu.URL()+address, strings.NewReader(`{"x": ["<y>"]}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer secret")
		request.Header.Set("User-Agent", "me")
		response, err := emu.HTTPClient().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
	}
	if err := end(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(raw, &got); err != nil { // One line, because requests that are not for Resource Manager are left out.
		t.Fatalf("%v in %s", err, raw)
	}
	delete(got, "time")
	want := map[string]any{
		"method": "PUT", "path": "/subscriptions/s", "query": "a=b", "userAgent": "me",
		"body": map[string]any{"x": []any{"<y>"}}, "status": 401.0,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
