package provider_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/mitchellh/go-wordwrap"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// words contains what must not be shown: control characters, commands for the log of a
// pipeline, and secrets.
const words = "Readable \x1b[31mred\x1b[0m \u202eesrever\u202c ##vso[task.setvariable variable=a]b ##[error]c\r\n::error::d and then ::add-mask::e\n" +
	"Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.U0VDUkVU and https://status.example/x?api-version=1&t=1&c=MIICERT&s=S1GNATURE&h=HASH " +
	"AccountKey=S3CRETKEY==;client_secret=S3CRETVALUE https://user:S3CRETPASSWORD@host.example/"

var pipelineCommand = regexp.MustCompile(`(?i)##\w*\[|^[\s\p{Z}]*::\pL`)

// wantSafe fails the test unless a text is safe to show: bounded, and without secrets,
// control characters or pipeline commands, at any width of the terminal.
func wantSafe(t *testing.T, text string) {
	t.Helper()
	for _, secret := range []string{"eyJ", "U0VDUkVU", "MIICERT", "S1GNATURE", "S3CRET"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in:\n%s", secret, text)
		}
	}
	for _, r := range text {
		if r != '\n' && !unicode.IsGraphic(r) {
			t.Fatalf("%U is in:\n%q", r, text)
		}
	}
	// At a width of 1, each word begins a line. The tests of safetext have all widths.
	for _, width := range []uint{1, 40, 78} {
		for line := range strings.SplitSeq(wordwrap.WrapString(text, width), "\n") {
			if pipelineCommand.MatchString(line) {
				t.Fatalf("%q is a line of:\n%s", line, text)
			}
		}
	}
	if lines := strings.Count(text, "\n"); lines > 100 || len(text) > 100<<10 {
		t.Errorf("%d lines, %d bytes", lines, len(text))
	}
}

func body(t *testing.T, document any) string {
	t.Helper()
	encoded, err := json.Marshal(document)
	must(t, err)
	return string(encoded)
}

// Wherever the service puts such words, they are shown, and are safe to show.
func TestWordsOfTheService(t *testing.T) {
	type object = map[string]any
	details := make([]object, 150)
	for i := range details {
		details[i] = object{"code": fmt.Sprintf("Detail%d", i), "message": words}
	}
	refusal := body(t, object{"error": object{"code": "Refused", "message": words, "target": words, "details": details}})
	failed := object{"properties": object{"provisioningState": "Failed", "provisioningErrors": []object{{"error": object{"code": words, "message": words, "details": details}}}}}
	compute := "/computes/mybatchcompute$"
	for name, test := range map[string]struct {
		faults []emulator.Fault
		there  *emulator.Compute
	}{
		"a refused read":      {[]emulator.Fault{{Path: compute, Status: 403, Body: refusal, Times: -1}}, nil},
		"a refused attach":    {[]emulator.Fault{{Method: "PUT", Status: 400, Body: refusal}}, nil},
		"a failed status":     {[]emulator.Fault{{Path: "Status/", Merge: object{"status": "Failed", "error": object{"code": words, "message": words}}}}, nil},
		"a failed compute":    {[]emulator.Fault{{Method: "GET", Path: compute, Nth: 2, Times: -1, Merge: failed}}, nil},
		"an existing compute": {[]emulator.Fault{{Method: "GET", Path: compute, Merge: failed, Times: -1}}, &emulator.Compute{}},
		"its account": {[]emulator.Fault{{Method: "GET", Path: compute, Times: -1, Merge: object{"properties": object{
			"resourceId": "/subscriptions/0/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/" + words,
		}}}}, &emulator.Compute{}},
		"its state":     {[]emulator.Fault{{Method: "GET", Path: compute, Times: -1, Merge: object{"properties": object{"provisioningState": words}}}}, &emulator.Compute{}},
		"its type":      {[]emulator.Fault{{Method: "GET", Path: compute, Times: -1, Merge: object{"properties": object{"computeType": words}}}}, &emulator.Compute{}},
		"its request":   {[]emulator.Fault{{Path: compute, Echo: true, Times: -1}}, nil},
		"its headers":   {[]emulator.Fault{{Path: compute, Status: 400, Header: map[string]string{"x-ms-request-id": "##vso[x]\u202e"}, Times: -1}}, nil},
		"Entra ID":      {[]emulator.Fault{{Path: "/oauth2/", Status: 400, Body: body(t, object{"error": "invalid_request", "error_description": "AADSTS1: Readable " + strings.Repeat(words+"\n", 80)})}}, nil},
		"Entra's proxy": {[]emulator.Fault{{Path: "/oauth2/", Status: 407, Body: words, Times: -1}}, nil},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			if test.there != nil {
				test.there.Name, test.there.ComputeType, test.there.ResourceID = "mybatchcompute", "Batch", emulator.DefaultBatchAccountID
				e.PutCompute(emulator.DefaultWorkspaceID, *test.there)
			}
			e.Inject(test.faults...)
			err := signIn(t, e, nil)
			if err == nil {
				t.Fatal("it attached without an error")
			}
			wantSafe(t, err.Error())
			if shown := strings.Contains(err.Error(), "Readable"); !shown && !strings.Contains(name, "request") && !strings.Contains(name, "header") && !strings.Contains(name, "proxy") {
				t.Errorf("the words are not shown:\n%s", err)
			}
		})
	}
}

// An error lists a bounded number of names.
func TestNamesAreBounded(t *testing.T) { acctest.Run(t, "999", testNames) }

func testNames(t *testing.T) {
	e := acctest.NewEmulator(t)
	for i := range 999 {
		e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{Name: fmt.Sprintf("batch%04d", i), ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID})
	}
	core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
	_, d := core.ReadData(t.Context(), "azureml_batch_compute", acctest.Attributes{"name": "other", "workspace_id": emulator.DefaultWorkspaceID})
	if d.Err() == nil {
		t.Fatal("the compute was found")
	}
	d.WantError(t, "batch0000, batch0001,", "and 949 more.")
	wantSafe(t, d.Err().Error())
}

// A password in a configured address is not shown either.
func TestPasswordsInAddresses(t *testing.T) {
	for _, address := range []string{
		"https://user:S3CRET@management.example", "http://user:S3CRET@management.example", "user:S3CRET@management.example", "https://S3CRET@management.example",
		"https://user:S3/CRET@management.example", "https://user:S3 CRET@management.example", "https://management.example/?sig=S3CRET",
	} {
		for _, name := range []string{"resource_manager_endpoint", "active_directory_authority_host"} {
			e := acctest.NewEmulator(t)
			err := signIn(t, e, acctest.Attributes{"endpoint": acctest.Attributes{name: address}})
			if err == nil {
				t.Fatalf("%s was accepted", address)
			}
			wantSafe(t, err.Error())
			if strings.Contains(err.Error(), "S3") || strings.Contains(err.Error(), "CRET") {
				t.Errorf("%s: %v", address, err)
			}
		}
	}
}

// The state holds a bounded number of errors, and says how many are left out.
func TestProvisioningErrorsAreBounded(t *testing.T) {
	acctest.Run(t, "800", func(t *testing.T) {
		e := acctest.NewEmulator(t)
		errors := make([]map[string]any, 800)
		for i := range errors {
			errors[i] = map[string]any{"error": map[string]any{"code": "Error", "message": fmt.Sprintf("Error %d, Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.U0VDUkVU", i)}}
		}
		core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
		e.Inject(emulator.Fault{Method: "GET", Path: "/computes/", Nth: 2, Times: -1, Merge: map[string]any{"properties": map[string]any{
			"provisioningState": "Failed", "provisioningErrors": errors,
		}}})
		state, d := core.Apply(t.Context(), acctest.State{}, acctest.Attributes{
			"name": "mybatchcompute", "workspace_id": emulator.DefaultWorkspaceID, "batch_account_id": emulator.DefaultBatchAccountID,
		})
		if d.Err() == nil || !state.Tainted {
			t.Fatalf("it attached: %v", d.Err())
		}
		wantSafe(t, d.Err().Error())
		value, _ := state.Get("provisioning_errors")
		var kept []tftypes.Value
		must(t, value.As(&kept))
		if len(kept) != 101 || !strings.Contains(kept[100].String(), "700 more errors are left out.") {
			t.Errorf("%d errors are kept, the last one is %v", len(kept), kept[len(kept)-1])
		}
		if strings.Contains(value.String(), "U0VDUkVU") {
			t.Error("the state has a token")
		}
	})
}

// The argument of a function is not shown in its error. Errors of terraform query are made
// safe too.
func TestWordsElsewhere(t *testing.T) {
	argument, err := tfprotov6.NewDynamicValue(tftypes.String, tftypes.NewValue(tftypes.String, words))
	must(t, err)
	called, err := acctest.Server().CallFunction(t.Context(), &tfprotov6.CallFunctionRequest{Name: "parse_batch_compute_id", Arguments: []*tfprotov6.DynamicValue{&argument}})
	must(t, err)
	if called.Error == nil || strings.Contains(called.Error.Text, "Readable") {
		t.Fatalf("the error shows the argument, or there is none: %+v", called)
	}
	wantSafe(t, called.Error.Text)

	e := acctest.NewEmulator(t)
	id := map[string]string{"x-ms-request-id": "##vso[x]"} // made safe here only; the message is made safe twice
	e.Inject(emulator.Fault{Path: "/computes$", Status: 400, Header: id, Body: body(t, map[string]any{"error": map[string]any{"code": "No", "message": words}})})
	_, d := acctest.NewEmulatorCore(t, e).Query(t.Context(), acctest.Attributes{"workspace_id": emulator.DefaultWorkspaceID}, 0)
	if d.Err() == nil {
		t.Fatal("the query succeeded")
	}
	d.WantError(t, "Readable")
	wantSafe(t, d.Err().Error())
}
