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
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), strings.TrimPrefix(first.URL(), "https://")) {
		t.Error("the address is in the data")
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
	if entries, err := os.ReadDir(filepath.Dir(file)); err != nil || len(entries) != 1 {
		t.Errorf("left in the folder: %v %v", entries, err)
	}
}

func TestOperationGoesOnAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "data.json")
		first := newHandler(t, WithDataFile(file), WithOperationDuration(time.Minute, 0))
		poll := attach(t, first, computePath)
		time.Sleep(30 * time.Second)

		second := newHandler(t, WithDataFile(file))
		if a := second.call(t, http.MethodGet, poll, ""); !strings.Contains(a.body, "InProgress") {
			t.Error(a.body)
		}
		time.Sleep(30 * time.Second)
		if a := second.call(t, http.MethodGet, poll, ""); !strings.Contains(a.body, "Succeeded") {
			t.Error(a.body)
		}
		// A day later nobody asks for it.
		time.Sleep(25 * time.Hour)
		second.AddWorkspace(DefaultWorkspaceID+"x", "westeurope")
		second.want(t, http.StatusNotFound, http.MethodGet, poll, "")
	})
}

func TestOperationEndsWhileNobodyServes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "data.json")
		attach(t, newHandler(t, WithDataFile(file), WithOperationDuration(time.Minute, 0)), computePath)
		time.Sleep(48 * time.Hour)
		if c, _ := newHandler(t, WithDataFile(file)).Compute(computePath); c.ProvisioningState != "Succeeded" {
			t.Errorf("%+v", c)
		}
	})
}

func TestRemovalsAreKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "data.json")
	first := newHandler(t, WithDataFile(file))
	first.RemoveWorkspace(DefaultWorkspaceID)
	// Resources that are asked for are added to what is in the file; the made-up ones are not.
	added := strings.Replace(DefaultWorkspaceID, "ws0", "ws1", 1)
	second := newHandler(t, WithDataFile(file), WithWorkspace(added, "westeurope"))
	second.want(t, http.StatusOK, http.MethodGet, added+version, "")
	second.want(t, http.StatusNotFound, http.MethodGet, DefaultWorkspaceID+version, "")
	second.want(t, http.StatusOK, http.MethodGet, DefaultBatchAccountID+"?api-version=2024-07-01", "")
}

// The variables belong together: the subscription is that of the workspace that they name.
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
		env := newHandler(t, append(run.options, WithDataFile(file))...).Environment()
		if env["ARM_SUBSCRIPTION_ID"] != run.workspace || env["AZUREML_EMULATOR_WORKSPACE_ID"] != inSubscription(DefaultWorkspaceID, run.workspace) ||
			env["AZUREML_EMULATOR_BATCH_ACCOUNT_ID"] != inSubscription(DefaultBatchAccountID, run.account) {
			t.Errorf("%v", env)
		}
	}
}

func TestDataFileThatIsNone(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{"garbage": "x", "another": `{"version": 4}`, "empty": `{}`} {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := NewHandler(WithDataFile(file)); err == nil || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: %v", name, err)
		}
		if left, err := os.ReadFile(file); err != nil || string(left) != content {
			t.Errorf("%s: the file was changed to %s", name, left)
		}
	}
	if _, err := NewHandler(WithDataFile(filepath.Join(folder, "none", "data.json"))); err == nil {
		t.Error("a file that cannot be written was taken")
	}
}

func TestFailureToSaveIsToldAtClose(t *testing.T) {
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
		t.Error("nothing was told")
	}
}
