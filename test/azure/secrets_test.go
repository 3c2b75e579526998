package main

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// Ids that look real.
const (
	realSubscription  = "8d3c5c1e-52a7-4d5e-9f0b-6a1c2e7f9b34"
	otherSubscription = "f61f08a4-1f0c-4b6c-8f0d-30f2b8a4c9d1"
	realWorkspace     = "/subscriptions/" + realSubscription + "/resourceGroups/rg-contoso-prod/providers/Microsoft.MachineLearningServices/workspaces/mlw-contoso-42"
	realAccount       = "/subscriptions/" + otherSubscription + "/resourceGroups/RG-Fabrikam.Batch/providers/Microsoft.Batch/batchAccounts/contosobatch7"
)

// private lists what must not be in the files that a run writes.
var private = []string{
	realSubscription, otherSubscription, "rg-contoso-prod", "contoso", "fabrikam", "mlw-", "germanywestcentral", "germany",
	emulator.DefaultTenantID, emulator.DefaultClientID, "3d7c0e4f-1111-4222-8333-944455556666", "s3cr3t~Of.The.Client",
	"management.emulator", "eyJ", "jane", "nightly", "gpu-cluster", "20.93.11.7", "AKIA", "sv=2024",
}

// TestWhatIsWrittenHoldsNothingPrivate runs with real-looking ids against a service that
// puts private data wherever it can, and searches the written files for all of it.
func TestWhatIsWrittenHoldsNothingPrivate(t *testing.T) {
	for name, faults := range map[string][]emulator.Fault{
		"all goes well": nil,
		"private data in every reply": {
			{Times: -1, Path: "/computes|/workspaces/|/batchAccounts/|/computeOperationsStatus/", EditBody: eachObject(addPrivate)},
		},
		"errors": {
			{Method: http.MethodPut, Status: http.StatusConflict, Body: `{"error": {"code": "Conflict", "message": "jane.doe@contoso.com runs nightly2 on 20.93.11.7 in RG-Fabrikam.Batch, see https://mlw-contoso-42.germanywestcentral.api.azureml.ms/x?sv=2024&sig=AKIA0123456789abcdef"}}`},
			{Method: http.MethodPut, Nth: 2, Status: http.StatusBadRequest, Body: `{"error": {"code": "contoso.germany/jane", "message": "Workspace 'mlw-contoso-42' and \"Jane Doe\": compute gpu-cluster has it, token eyJhbGciOi.eyJzdWIi.c2ln"}}`},
		},
		"a page": {{Times: -1, Method: http.MethodPut, Status: http.StatusBadGateway, Body: "<html>contoso jane</html>", Header: map[string]string{"Content-Type": "text/html; jane"}}},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t, emulator.WithSubscription(realSubscription),
				emulator.WithWorkspace(realWorkspace, "Germany West Central"), emulator.WithBatchAccount(realAccount, "germanywestcentral"),
				emulator.WithClient("3d7c0e4f-1111-4222-8333-944455556666", "s3cr3t~Of.The.Client"),
				emulator.WithOperationDuration(29*time.Second, 31*time.Second), emulator.WithPageSize(1))
			e.PutCompute(realWorkspace, emulator.Compute{Name: "nightly", ComputeType: "AmlCompute", Tags: map[string]string{"owner": "jane"}})
			e.PutCompute(realWorkspace, emulator.Compute{Name: "gpu-cluster", ComputeType: "AmlCompute"})
			e.Inject(faults...)
			what, err := newSubject(realWorkspace, realAccount)
			if err != nil {
				t.Fatal(err)
			}
			what.longest, what.risky = time.Hour, true
			done, err := verify(t.Context(), t.Context(), emulated(e), what, t.Logf)
			if len(done.recording) == 0 {
				t.Fatal("nothing recorded: ", err)
			}
			directory := t.TempDir()
			if err := done.write(directory, t.Logf); err != nil {
				t.Fatal(err)
			}
			for _, file := range []string{"recording.json", "report.md"} {
				content, err := os.ReadFile(filepath.Join(directory, file))
				if err != nil {
					t.Fatal(err)
				}
				search(t, file, string(content), append(slices.Clone(private), what.names[:]...))
			}
		})
	}
}

// addPrivate adds fields that look like ids, addresses and secrets to a document.
func addPrivate(object map[string]any) {
	if _, ok := object["name"]; !ok {
		return
	}
	object["owner"] = "Jane Doe"
	object["systemData"] = map[string]any{"createdBy": "jane.doe@contoso.com", "createdAt": "2026-11-26T08:15:30.1234567Z", "createdByType": "User"}
	object["key"] = "AKIA0123456789abcdefAKIA0123456789abcdef=="
	object["endpoints"] = []any{"20.93.11.7", "https://jane:pw@mlw-contoso-42.germanywestcentral.api.azureml.ms/?sv=2024-01-01&sig=AKIA%2B", "contoso.example.org:443"}
	object["identity"] = map[string]any{"principalId": "d5c0a1de-0a54-4d51-a0f0-1fa1c1c6ed3e", "userAssignedIdentities": map[string]any{realAccount: map[string]any{}}}
	object["number"] = 491701234567
	object["contosoField"] = "x"
	object["jsonInString"] = `{"subscription": "` + realSubscription + `"}`
}

var (
	guid     = regexp.MustCompile(`[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)
	someTime = regexp.MustCompile(`\b(?:19|20)\d{2}-?\d{2}-?\d{2}T?`)
)

func search(t *testing.T, file, content string, secrets []string) {
	t.Helper()
	for _, secret := range secrets {
		if strings.Contains(strings.ToLower(content), strings.ToLower(secret)) {
			at := strings.Index(strings.ToLower(content), strings.ToLower(secret))
			t.Errorf("%s contains %q: …%s…", file, secret, content[max(0, at-60):min(len(content), at+60)])
		}
	}
	for _, id := range guid.FindAllString(content, -1) {
		if !strings.HasPrefix(id, "00000000-0000-0000-0000-0000") {
			t.Errorf("%s contains the id %s", file, id)
		}
	}
	for _, moment := range someTime.FindAllString(content, -1) {
		known := []string{"2020-02-02", "2024-02-01", "2000-01-01T", "20000101T"}
		if !slices.Contains(known, moment) {
			t.Errorf("%s contains the time %s", file, moment)
		}
	}
}
