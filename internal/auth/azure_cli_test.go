package auth_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/safetext"
)

// az puts a stand-in for Azure CLI on PATH.
func az(t *testing.T, script string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "az"), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", strings.Join([]string{dir, "/bin", "/usr/bin"}, string(os.PathListSeparator)))
}

// cliToken gets a token from az.
func cliToken(t *testing.T, changes block) (azcore.AccessToken, error) {
	t.Helper()
	return cliTokenWithin(t.Context(), t, changes)
}

func cliTokenWithin(ctx context.Context, t *testing.T, changes block) (azcore.AccessToken, error) {
	t.Helper()
	return credentialOf(t, changes).GetToken(ctx, managementScope)
}

// credentialOf returns the credential that a block and the environment select.
func credentialOf(t *testing.T, changes block) *auth.Credential {
	t.Helper()
	s := auth.NewSettings(changes, os.Getenv)
	choice, err := s.Choose()
	if err != nil {
		t.Fatal(err)
	}
	credential, err := auth.NewCredential(s, choice, policy.ClientOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return credential
}

// Newer versions of az print the expiry in seconds, older ones in the machine's time zone.
func TestAzureCLIToken(t *testing.T) {
	expires := time.Now().Add(time.Hour).Truncate(time.Second)
	local := expires.Local().Format("2006-01-02 15:04:05.000000")
	for name, test := range map[string]struct {
		printed string
		want    time.Time
	}{
		"seconds":           {fmt.Sprintf(`{"accessToken": "t", "expires_on": %d}`, expires.Unix()), expires},
		"local time":        {fmt.Sprintf(`{"accessToken": "t", "expiresOn": %q}`, local), expires},
		"both":              {fmt.Sprintf(`{"accessToken": "t", "expires_on": %d, "expiresOn": "2001-01-01 00:00:00.000000"}`, expires.Unix()), expires},
		"the first second":  {`{"accessToken": "t", "expires_on": 1}`, time.Unix(1, 0)},
		"before any second": {`{"accessToken": "t", "expires_on": -1}`, time.Unix(-1, 0)},
	} {
		t.Run(name, func(t *testing.T) {
			az(t, "echo '"+test.printed+"'")
			if token, err := cliToken(t, nil); err != nil || token.Token != "t" || !token.ExpiresOn.Equal(test.want) {
				t.Errorf("got %q until %s, %v; want it until %s", token.Token, token.ExpiresOn, err, test.want)
			}
		})
	}
}

// The error has az's message, and what to do about it.
func TestAzureCLIFails(t *testing.T) {
	for name, test := range map[string]struct {
		script string
		block  block
		says   []string
	}{
		"no message":           {"exit 3", nil, []string{"az failed without an error message: exit status 3", `Run "az account show" to see what is wrong.`}},
		"despite a token":      {`echo '{"accessToken": "t", "expires_on": 1}'; echo "ERROR: broken" >&2; exit 1`, nil, []string{"ERROR: broken", "to check that az works"}},
		"no access on Windows": {`echo "[WinError 5] Access is denied" >&2; exit 1`, nil, []string{"Access is denied", "can read and write az's configuration folder"}},
		"a subscription, by itself": {
			`echo "ERROR: The subscription of 'x' doesn't exist" >&2; exit 1`, nil,
			[]string{"doesn't exist", "to check that az works"},
		},
		"another error of a subscription": {
			`echo "ERROR: broken" >&2; exit 1`,
			block{auth.SubscriptionID: "x"},
			[]string{"broken", "to check that az works"},
		},
		"no token":        {"echo '{}'", nil, []string{"az did not return a token"}},
		"half a token":    {`echo '{"accessToken": "t", "expires_on": "soon"}'`, nil, []string{"az did not return a token"}},
		"no time":         {`echo '{"accessToken": "t"}'`, nil, []string{"a token without an expiry time", "az upgrade"}},
		"an invalid time": {`echo '{"accessToken": "t", "expiresOn": "soon"}'`, nil, []string{"a token without an expiry time"}},
	} {
		t.Run(name, func(t *testing.T) {
			az(t, test.script)
			_, err := cliToken(t, test.block)
			if err == nil {
				t.Fatal("it signed in")
			}
			for _, words := range test.says {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("the error does not say %q:\n%v", words, err)
				}
			}
		})
	}
}

// A relative folder in PATH depends on the folder that Terraform runs in.
func TestAzureCLIInARelativeFolder(t *testing.T) {
	az(t, "")
	folder, _, _ := strings.Cut(os.Getenv("PATH"), string(os.PathListSeparator))
	t.Chdir(filepath.Dir(folder))
	t.Setenv("PATH", filepath.Base(folder))
	if _, err := cliToken(t, nil); err == nil || !strings.Contains(err.Error(), "Add the folder of az to PATH as an absolute path.") {
		t.Errorf("got %v", err)
	}
}

// az runs with the provider's environment. AZURE_CONFIG_DIR, if set, becomes an absolute
// path.
func TestAzureCLIEnvironment(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	az(t, `printf '{"accessToken": "%s %s", "expires_on": 1}' "$SOMETHING" "$AZURE_CONFIG_DIR"`)
	t.Setenv("SOMETHING", "else")
	for folder, want := range map[string]string{"": "else ", "config": "else " + filepath.Join(dir, "config"), "/config": "else /config"} {
		t.Setenv("AZURE_CONFIG_DIR", folder)
		if token, err := cliToken(t, nil); err != nil || token.Token != want {
			t.Errorf("az had %q, %v; want %q", token.Token, err, want)
		}
	}
}

// az may start a process that outlives it and keeps its output open, such as the one that
// sends telemetry. The output is complete when az itself has ended.
func TestAzureCLILeavesAProcess(t *testing.T) {
	leaveAProcess(t, `echo '{"accessToken": "t", "expires_on": 1}'`)
	if token, err := cliToken(t, nil); err != nil || token.Token != "t" {
		t.Errorf("got %q, %v", token.Token, err)
	}
}

func TestAzureCLILeavesAProcessAndNoToken(t *testing.T) {
	leaveAProcess(t, "")
	if _, err := cliToken(t, nil); err == nil || !strings.Contains(err.Error(), "az failed without an error message") {
		t.Errorf("got %v", err)
	}
}

// leaveAProcess puts a stand-in for az on PATH that leaves a process behind, which ends
// with the test.
func leaveAProcess(t *testing.T, script string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "pid")
	az(t, fmt.Sprintf("sleep 600 & echo $! > %s\n%s", file, script))
	t.Cleanup(func() {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
		if err != nil {
			t.Fatal(err)
		}
		process, err := os.FindProcess(pid)
		if err != nil {
			t.Fatal(err)
		}
		if err := process.Kill(); err != nil {
			t.Error(err)
		}
	})
}

// If the caller is canceled or out of time, the error says so instead of az's message.
func TestAzureCLIIsInterrupted(t *testing.T) {
	az(t, `echo "ERROR: broken" >&2; exit 1`)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	late, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	for says, ctx := range map[string]context.Context{"it was interrupted: context canceled": stopped, "it timed out: context deadline exceeded": late} {
		_, err := cliTokenWithin(ctx, t, nil)
		if !errors.Is(err, ctx.Err()) {
			t.Errorf("the error does not wrap %v: %v", ctx.Err(), err)
		}
		for _, words := range []string{says, "Check this machine's network"} {
			if err == nil || !strings.Contains(err.Error(), words) {
				t.Errorf("the error does not say %q: %v", words, err)
			}
		}
	}
}

// The command that a claims challenge requires is shown as it has to be entered: masking
// secrets must not alter it.
func TestAzureCLIClaims(t *testing.T) {
	for name, test := range map[string]struct {
		block     block
		auxiliary string
		want      string
	}{
		"no tenant":                 {nil, "", "az login --claims-challenge "},
		"a tenant":                  {block{auth.TenantID: "a"}, "", "az login --tenant a --claims-challenge "},
		"a subscription":            {block{auth.SubscriptionID: "My own"}, "", "az login --claims-challenge "},
		"a subscription, a tenant":  {block{auth.SubscriptionID: "s", auth.TenantID: "a"}, "", "az login --tenant a --claims-challenge "},
		"an auxiliary tenant's own": {block{auth.TenantID: "a"}, "b", "az login --tenant b --claims-challenge "},
	} {
		t.Run(name, func(t *testing.T) {
			az(t, "exit 1")
			for _, value := range []string{"10012", "100123", "1001234"} {
				claims := `{"access_token":{"nbf":{"essential":true,"value":"1764150051"},"xms_caeerror":{"value":"` + value + `"}}}`
				options := managementScope
				options.Claims, options.TenantID = claims, test.auxiliary
				_, err := credentialOf(t, test.block).GetToken(t.Context(), options)
				if err == nil {
					t.Fatal("it signed in")
				}
				_, command, _ := strings.Cut(safetext.Clean(err.Error()), "try again: ")
				command, _, _ = strings.Cut(command, "\n")
				decoded, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(command, test.want))
				if strings.TrimSpace(string(decoded)) != claims {
					t.Errorf("the command is %q, want %q with %s", command, test.want, claims)
				}
			}
		})
	}
}
