package emulator

import (
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDataFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "data.json")
	account := strings.Replace(DefaultBatchAccountID, "batch0", "more", 1)

	first := newServer(t, WithDataFile(file))
	first.AddBatchAccount(account, "northeurope")
	poll := attach(t, first, computePath)
	description := "kept"
	first.PutCompute(DefaultWorkspaceID, Compute{Name: "other", ResourceID: account, Description: &description, Tags: map[string]string{"a": "b"}})
	token, computes := first.Token(), first.Computes()
	closeNow(t, first)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), strings.TrimPrefix(first.URL(), "https://")) {
		t.Error("the data has the emulator's address")
	}
	if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}

	second := newServer(t, WithDataFile(file))
	if diff := cmp.Diff(computes, second.Computes()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{DefaultBatchAccountID, account}, second.BatchAccounts()); diff != "" {
		t.Error(diff)
	}
	poll = strings.Replace(poll, first.URL(), second.URL(), 1)
	a := second.want(t, http.StatusOK, http.MethodGet, poll, "", "Authorization", "Bearer "+token)
	if !strings.Contains(a.body, "Succeeded") {
		t.Error(a.body)
	}
	closeNow(t, second)
	if entries, err := os.ReadDir(filepath.Dir(file)); err != nil || len(entries) != 1 {
		t.Errorf("the folder has %v, %v", entries, err)
	}
}

func TestOperationContinuesAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "data.json")
		first := newHandler(t, WithDataFile(file), WithOperationDuration(time.Minute, 0))
		poll := attach(t, first, computePath)
		time.Sleep(30 * time.Second)
		closeNow(t, first)

		second := newHandler(t, WithDataFile(file))
		if a := second.call(t, http.MethodGet, poll, ""); !strings.Contains(a.body, "InProgress") {
			t.Error(a.body)
		}
		time.Sleep(30 * time.Second)
		if a := second.call(t, http.MethodGet, poll, ""); !strings.Contains(a.body, "Succeeded") {
			t.Error(a.body)
		}
		// A day later it is forgotten.
		time.Sleep(25 * time.Hour)
		second.AddWorkspace(DefaultWorkspaceID+"x", "westeurope")
		second.want(t, http.StatusNotFound, http.MethodGet, poll, "")
	})
}

func TestOperationEndsWhileNoEmulatorRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "data.json")
		first := newHandler(t, WithDataFile(file), WithOperationDuration(time.Minute, 0))
		attach(t, first, computePath)
		closeNow(t, first)
		time.Sleep(48 * time.Hour)
		if c, _ := newHandler(t, WithDataFile(file)).Compute(computePath); c.ProvisioningState != "Succeeded" {
			t.Errorf("%+v", c)
		}
	})
}

func TestRemovalsAreSaved(t *testing.T) {
	file := filepath.Join(t.TempDir(), "data.json")
	first := newHandler(t, WithDataFile(file))
	first.RemoveWorkspace(DefaultWorkspaceID)
	closeNow(t, first)
	// Resources that options name are added to those in the file; the default ones are not.
	added := strings.Replace(DefaultWorkspaceID, "ws0", "ws1", 1)
	second := newHandler(t, WithDataFile(file), WithWorkspace(added, "westeurope"))
	second.want(t, http.StatusOK, http.MethodGet, added+version, "")
	second.want(t, http.StatusNotFound, http.MethodGet, DefaultWorkspaceID+version, "")
	second.want(t, http.StatusOK, http.MethodGet, DefaultBatchAccountID+"?api-version=2024-07-01", "")
}

// The variables are consistent: the subscription is that of the workspace.
func TestEnvironmentOfADataFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "data.json")
	for _, run := range []struct {
		options            []Option
		workspace, account string
	}{
		{[]Option{WithWorkspace(inSubscription(DefaultWorkspaceID, "one"), DefaultLocation)}, "one", DefaultSubscriptionID},
		{nil, "one", DefaultSubscriptionID},
		{[]Option{WithWorkspace(inSubscription(DefaultWorkspaceID, "two"), DefaultLocation), WithBatchAccount(inSubscription(DefaultBatchAccountID, "two"), DefaultLocation)}, "two", "two"},
		{nil, "one", DefaultSubscriptionID},
	} {
		e := newHandler(t, append(run.options, WithDataFile(file))...)
		env := e.Environment()
		closeNow(t, e)
		if env["ARM_SUBSCRIPTION_ID"] != run.workspace || env["AZUREML_EMULATOR_WORKSPACE_ID"] != inSubscription(DefaultWorkspaceID, run.workspace) ||
			env["AZUREML_EMULATOR_BATCH_ACCOUNT_ID"] != inSubscription(DefaultBatchAccountID, run.account) {
			t.Errorf("%v", env)
		}
	}
}

func TestInvalidDataFile(t *testing.T) {
	folder := t.TempDir()
	const key = `{"key": "a2V5", `
	for content, says := range map[string]string{
		"x": "", `{"version": 4}`: "", `{}`: "no key", `null`: "no key", key + `"computes": []} {}`: "more than one",
		key + `"subscriptions": [null]}`:                    "subscriptions[0] is null",
		key + `"workspaces": [{"id": "/w"}, null]}`:         "workspaces[1] is null",
		key + `"batchAccounts": [ null ]}`:                  "batchAccounts[0] is null",
		key + `"computes": [null]}`:                         "computes[0] is null",
		key + `"Computes": [null]}`:                         "Computes[0] is null",
		key + `"operations": [null]}`:                       "operations[0] is null",
		key + `"subscriptions": [""]}`:                      "subscriptions[0] is empty",
		key + `"workspaces": [{}]}`:                         "workspaces[0] has no id",
		key + `"batchAccounts": [{"location": "uksouth"}]}`: "batchAccounts[0] has no id",
		key + `"computes": [{}]}`:                           "computes[0] has no id",
		key + `"operations": [{"id": "o"}]}`:                "operations[0] has no id or no computeId",
	} {
		file := filepath.Join(folder, "data.json")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		e, err := NewHandler(WithDataFile(file))
		if err == nil {
			closeNow(t, e)
		}
		if err == nil || !strings.Contains(err.Error(), file) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: the error is %v, which should name the file and say %q", content, err, says)
		}
		if left, err := os.ReadFile(file); err != nil || string(left) != content {
			t.Errorf("%s: the file was changed to %s", content, left)
		}
	}
	for file, says := range map[string]string{
		filepath.Join(folder, "none", "data.json"): filepath.Join(folder, "none"),
		folder:     "not a regular file",
		os.DevNull: "not a regular file",
	} {
		e, err := NewHandler(WithDataFile(file))
		if err == nil {
			closeNow(t, e)
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("with %s as the data file, the error is %v; it should say %q", file, err, says)
		}
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(folder), "*.lock")); err != nil || len(left) > 0 {
		t.Errorf("lock files are left: %q, %v", left, err)
	}
}

// A null inside provisioning errors survives saving: tests use computes that have one.
func TestNullWithinData(t *testing.T) {
	file := filepath.Join(t.TempDir(), "data.json")
	first := newHandler(t, WithDataFile(file))
	first.PutCompute(DefaultWorkspaceID, Compute{Name: "batch1", ProvisioningErrors: []byte("[null]")})
	closeNow(t, first)
	if c, ok := newHandler(t, WithDataFile(file)).Compute(computePath); !ok || !strings.Contains(string(c.ProvisioningErrors), "null") {
		t.Errorf("the compute is %+v", c)
	}
}

func TestCloseReturnsAFailureToSave(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "sub")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	e, err := NewHandler(WithDataFile(filepath.Join(folder, "data.json")))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	attach(t, e, computePath)
	if err := e.Close(); err == nil {
		t.Error("the data could not be saved, and Close returned no error")
	}
}
