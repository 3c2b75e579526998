package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// childOfAz gets a token from the az on PATH, and reads the workspace with it.
func childOfAz() int {
	for name, value := range map[string]string{
		asChild:             "main", // The emulator's az is this binary.
		"ARM_CLIENT_SECRET": "", "HTTPS_PROXY": "http://127.0.0.1:1", "NO_PROXY": "", "no_proxy": "",
	} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	command := exec.Command("az", "account", "get-access-token", "-o", "json", "--resource", "https://management.core.windows.net/", "--tenant", os.Getenv("ARM_TENANT_ID"))
	command.Stderr = os.Stderr
	printed, err := command.Output()
	if err != nil {
		fmt.Println(err)
		return 1
	}
	var token struct {
		AccessToken string `json:"accessToken"`
		ExpiresOn   int64  `json:"expires_on"`
	}
	if err := json.Unmarshal(printed, &token); err != nil || token.ExpiresOn == 0 {
		fmt.Printf("%v in %s\n", err, printed)
		return 1
	}
	authority, err := os.ReadFile(os.Getenv("AZUREML_CA_CERTIFICATE_PATH"))
	if err != nil {
		panic(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	request, err := http.NewRequest(http.MethodGet, os.Getenv("ARM_RESOURCE_MANAGER_ENDPOINT")+os.Getenv("AZUREML_EMULATOR_WORKSPACE_ID")+"?api-version=2020-02-02", nil)
	if err != nil {
		panic(err)
	}
	request.Header.Set("Authorization", "Bearer "+token.AccessToken)
	response, err := client.Do(request)
	if err != nil {
		panic(err)
	}
	_ = response.Body.Close()
	folder, err := os.ReadDir(os.Getenv("AZURE_CONFIG_DIR"))
	fmt.Println("the workspace:", response.StatusCode)
	fmt.Println("az's configuration:", len(folder), err)
	return 0
}

// realAz puts an az first on PATH that leaves a file behind, whose path is returned.
func realAz(t *testing.T) (ran string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the az that must not run is a shell script")
	}
	dir := t.TempDir()
	ran = filepath.Join(dir, "ran")
	if err := os.WriteFile(filepath.Join(dir, "az"), []byte("#!/bin/sh\ntouch '"+ran+"'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	return ran
}

func TestExecHidesTheRealAz(t *testing.T) {
	ran := realAz(t)
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv("AZURE_CONFIG_DIR", "/home/me/.azure")
	code, out, errOut := execute(t, "", "exec", "--", self(t, "az"))
	if code != 0 || out != "the workspace: 200\naz's configuration: 0 <nil>\n" || errOut != "" {
		t.Errorf("a command that signs in by az ends with %d and prints %q, %q", code, out, errOut)
	}
	self(t, "main")
	code, out, errOut = execute(t, "", "exec", "--", "az", "account", "show", "-o", "json")
	if code != 0 || !strings.Contains(out, `"tenantId": "`+emulator.DefaultTenantID+`"`) || errOut != "" {
		t.Errorf("az as the command itself ends with %d and prints %q, %q", code, out, errOut)
	}
	if code, _, errOut := execute(t, "", "exec", "--", "/bin/sh", "-c", "az login"); code != 1 || !strings.Contains(errOut, "keeps the real one away") {
		t.Errorf("az login ends with %d and prints %q", code, errOut)
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("the real az ran")
	}
	if left, err := filepath.Glob(filepath.Join(os.TempDir(), "azureml-emulator-az-*")); err != nil || len(left) > 0 {
		t.Errorf("left in the temporary folder: %q, %v", left, err)
	}
}

func TestAzOfTheEmulator(t *testing.T) {
	flags, s := newFlags("serve", "")
	if err := flags.Parse(nil); err != nil {
		t.Fatal(err)
	}
	emu, end, err := s.start()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := end(); err != nil {
			t.Error(err)
		}
	}()
	cli, err := newAzureCLI(emu.Environment())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := cli.remove(); err != nil {
			t.Error(err)
		}
	}()
	file := filepath.Join(filepath.Dir(cli.bin), "variables.json")
	for line, test := range map[string]struct {
		code int
		says string
	}{
		"account get-access-token": {0, `"accessToken": "ey`},
		"account get-access-token --output json --scope https://management.azure.com/.default": {0, `"tokenType": "Bearer"`},
		"account get-access-token -s 11111111-1111-1111-1111-111111111111":                     {0, `"subscription": "11111111-1111-1111-1111-111111111111"`},
		"account get-access-token --tenant another":                                            {1, "AADSTS90002"},
		"account get-access-token --resource https://vault.azure.net":                          {1, "AADSTS500011"},
		"account get-access-token --nope":                                                      {1, "keeps the real one away"},
		"account show":                                                                         {0, `"type": "servicePrincipal"`},
		"account show -o tsv --query id":                                                       {1, "flag provided but not defined: -query"},
		"account get-access-token -o tsv":                                                      {1, "it prints JSON, and not tsv"},
		"account list":                                                                         {1, "keeps the real one away"},
		"version":                                                                              {0, `"azure-cli"`},
		"":                                                                                     {1, "keeps the real one away"},
	} {
		var out, errOut bytes.Buffer
		code := runAz(t.Context(), append([]string{file}, strings.Fields(line)...), &out, &errOut)
		if code != test.code || !strings.Contains(out.String()+errOut.String(), test.says) || (out.Len() > 0) != (code == 0) {
			t.Errorf("az %s ends with %d, want %d and %q:\n%s%s", line, code, test.code, test.says, &out, &errOut)
		}
	}
	for _, args := range [][]string{nil, {"account", "get-access-token"}} {
		var out, errOut bytes.Buffer
		if code := runAz(t.Context(), args, &out, &errOut); code == 0 || out.Len() > 0 || errOut.Len() == 0 {
			t.Errorf("azureml-emulator az %s, without an emulator, ends with %d and prints %q, %q", args, code, &out, &errOut)
		}
	}
}

func TestListeningBeyondThisMachineWarns(t *testing.T) {
	path := self(t, "exit")
	for listen, warns := range map[string]bool{
		"127.0.0.1:0": false, "localhost:0": false, "127.0.0.2:0": false, "[::1]:0": false,
		"0.0.0.0:0": true, "[::]:0": true, ":0": true,
	} {
		code, _, errOut := execute(t, "", "exec", "-listen", listen, "--", path)
		// A machine may have no IPv6, and macOS has 127.0.0.1 alone.
		if other := strings.Contains(listen, "::") || strings.Contains(listen, "127.0.0.2"); other && code == 1 {
			t.Logf("-listen %s is not possible here: %s", listen, errOut)
			continue
		}
		if code != 42 || strings.Contains(errOut, "warning: other machines can reach") != warns {
			t.Errorf("-listen %s: the exit code is %d, and stderr is %q; it has to warn: %t", listen, code, errOut, warns)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var errOut bytes.Buffer
	code := run(ctx, []string{"serve", "-listen", "0.0.0.0:0"}, nil, &untilWritten{text: "REQUESTS_CA_BUNDLE", then: cancel}, &errOut)
	if code != 0 || !strings.Contains(errOut.String(), "warning: other machines can reach") {
		t.Errorf("serve -listen 0.0.0.0:0: the exit code is %d, and stderr is %q", code, &errOut)
	}
}
