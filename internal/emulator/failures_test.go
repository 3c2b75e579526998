package emulator

import (
	"net/http"
	"strings"
	"testing"
)

func TestPlannedFailuresHappenInOrder(t *testing.T) {
	failures, err := ReadFailures(strings.NewReader(`[
		{"operation": "attach", "error": {"code": "First"}, "provisioningErrors": [{"error": {"code": "Shown"}}]},
		{"operation": "attach", "status": "Canceled"}
	]`))
	if err != nil {
		t.Fatal(err)
	}
	e := newHandler(t)
	e.FailAsPlanned(failures)
	for _, want := range []struct{ name, state, status, errors string }{
		{"first", "Failed", `"code": "First"`, `[{"error":{"code":"Shown"}}]`},
		{"second", "Canceled", `"Canceled"` + "\n}", ""},
		{"third", "Succeeded", `"Succeeded"`, ""},
	} {
		path := DefaultWorkspaceID + "/computes/" + want.name
		if got := e.call(t, http.MethodGet, attach(t, e, path), "").body; !strings.Contains(got, want.status) {
			t.Errorf("%s: %s", want.name, got)
		}
		got, _ := e.Compute(path)
		if got.ProvisioningState != want.state || string(got.ProvisioningErrors) != want.errors {
			t.Errorf("%s: %s %s", want.name, got.ProvisioningState, got.ProvisioningErrors)
		}
	}
}

func TestInvalidFailures(t *testing.T) {
	for _, text := range []string{
		`{}`, `[] []`, `[{}]`, `[{"operation": "delete"}]`, `[{"operation": "attach", "state": "Failed"}]`,
		`[{"operation": "attach", "status": "Succeeded"}]`,
	} {
		if got, err := ReadFailures(strings.NewReader(text)); err == nil || !strings.HasPrefix(err.Error(), "failures: ") {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
}
