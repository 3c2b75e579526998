package main

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/test/azure/steps"
)

// difference is a way in which Azure may differ from the emulator.
type difference struct {
	// refutes lists exactly the guesses that it refutes.
	refutes []string
	// seen must be in the report.
	seen string
	// At least one of these makes an emulator differ.
	options []emulator.Option
	faults  []emulator.Fault
	edit    func() func(*azureml.Options)
}

var differences = map[string]difference{
	"PUT 202": {
		refutes: []string{"attach-status", "attach-body", "second-attach"}, seen: "status 202; in the emulator 201",
		edit: onReplies(http.MethodPut, func(r *http.Response) { r.StatusCode = http.StatusAccepted }),
	},
	"lower-case states": {
		refutes: []string{"attach-body", "compute-states", "compute-shape", "poll-in-progress", "poll-succeeded"},
		seen:    "`properties.provisioningState` is \"succeeded\"; in the emulator \"Succeeded\"",
		faults: []emulator.Fault{{Times: -1, Path: "/computes|/computeOperationsStatus/", EditBody: eachObject(func(object map[string]any) {
			for _, name := range []string{"status", "provisioningState"} {
				if word, ok := object[name].(string); ok {
					object[name] = strings.ToLower(word)
				}
			}
		})}},
	},
	"tags kept": {
		refutes: []string{"compute-shape", "compute-tags"}, seen: "Azure: kept",
		options: []emulator.Option{emulator.WithTagsKept(true)},
	},
	"another 404": {
		refutes: []string{"absent"}, seen: "x-ms-failure-cause gateway",
		edit: onReplies(http.MethodGet, func(r *http.Response) {
			if r.StatusCode == http.StatusNotFound {
				r.Header.Set("x-ms-failure-cause", "gateway")
				r.Header.Del("x-ms-response-type")
				setBody(r, map[string]any{"error": map[string]any{"code": "ResourceNotFound", "message": "It was not found."}})
			}
		}),
	},
	"a Location header": {
		refutes: []string{"attach-headers", "detach-headers"}, seen: "`Location` only in Azure",
		edit: onReplies("", func(r *http.Response) {
			if status := r.Header.Get("Azure-AsyncOperation"); status != "" {
				r.Header.Set("Location", status)
			}
		}),
	},
	"Retry-After": {
		refutes: []string{"attach-headers", "detach-headers", "poll-headers"}, seen: "Azure-AsyncOperation, Retry-After",
		faults: []emulator.Fault{
			{Times: -1, Path: "/computeOperationsStatus/", Header: map[string]string{"Retry-After": "10"}},
			{Times: -1, Method: http.MethodPut, Header: map[string]string{"Retry-After": "10"}},
			{Times: -1, Method: http.MethodDelete, Header: map[string]string{"Retry-After": "10"}},
		},
	},
	"createdOn absent": {
		refutes: []string{"attach-body", "compute-shape", "compute-dates"}, seen: "`properties.createdOn` is absent; in the emulator string",
		faults: []emulator.Fault{{Times: -1, Path: "/computes", EditBody: eachObject(func(object map[string]any) { delete(object, "createdOn") })}},
	},
	"a list without the compute for 3 s": {
		refutes: []string{"list-at-once"}, seen: "in the list 3s after the attach was over",
		edit: lateList,
	},
	"another shape of errors": {
		refutes: []string{"error-shape", "conflict"}, seen: "409 without a code",
		faults: []emulator.Fault{{Method: http.MethodPut, Status: http.StatusConflict, Body: `{"Code": 409, "Message": "Another operation is running."}`}},
	},
	"DELETE 204": {
		refutes: []string{"detach-status", "detach-headers", "detach-body"}, seen: "status 204; in the emulator 202",
		edit: onReplies(http.MethodDelete, func(r *http.Response) {
			r.StatusCode = http.StatusNoContent
			r.Header.Del("Azure-AsyncOperation")
		}),
	},
}

// TestEachDifferenceIsFoundAndNamed: the report names each difference, nothing is left
// behind, and the provider copes with it.
func TestEachDifferenceIsFoundAndNamed(t *testing.T) {
	for name, d := range differences {
		acctest.Run(t, name, func(t *testing.T) {
			e, options := d.service(t)
			azure := emulated(e)
			azure.options = append(azure.options, options...)
			done, err := verify(t.Context(), t.Context(), azure, defaultSubject(t), t.Logf)
			if err != nil {
				t.Fatal(err)
			}
			found := refuted(done)
			diff := cmp.Diff(slices.Sorted(slices.Values(d.refutes)), slices.Sorted(maps.Keys(found)))
			if diff != "" {
				t.Errorf("refuted (-want +got):\n%s\n%v", diff, found)
			}
			if !strings.Contains(done.report, d.seen) {
				t.Errorf("the report does not say %q:\n%s", d.seen, done.report)
			}
			if left := e.Computes(); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			replay(t, done.recording)
		})
		acctest.Run(t, name+", the provider", func(t *testing.T) {
			e, options := d.service(t)
			lifeCycle(t, e, emulator.DefaultWorkspaceID, emulator.DefaultBatchAccountID, "mybatchcompute", options...)
		})
	}
}

// service returns an emulator with the difference, and the client options that it needs.
func (d difference) service(t *testing.T) (*emulator.Emulator, []func(*azureml.Options)) {
	t.Helper()
	e := slow(t, d.options...)
	e.Inject(d.faults...)
	if d.edit == nil {
		return e, nil
	}
	return e, []func(*azureml.Options){d.edit()}
}

// replay runs a compute's life cycle on a replay of a recording.
func replay(t *testing.T, written []byte) {
	t.Helper()
	recording, err := emulator.ReadRecording(bytes.NewReader(written))
	if err != nil {
		t.Fatal(err)
	}
	id := recording.ComputeID()
	lifeCycle(t, acctest.NewEmulator(t, emulator.WithReplay(recording)), recording.WorkspaceID(), recording.BatchAccountID(), id[strings.LastIndex(id, "/")+1:])
}

// lifeCycle attaches, plans, refreshes and detaches with the provider as it is shipped.
func lifeCycle(t *testing.T, e *emulator.Emulator, workspace, account, name string, options ...func(*azureml.Options)) {
	t.Helper()
	core := acctest.NewEmulatorCore(t, e, append(options, acctest.AsShipped)...)
	attributes := acctest.Attributes{
		"name": name, "workspace_id": workspace, "batch_account_id": account,
		"tags": map[string]string{steps.TagName: steps.TagValue}, "description": steps.Description,
	}
	state, d := core.Apply(t.Context(), acctest.State{}, attributes)
	for _, step := range []string{"after the apply", "after a refresh"} {
		if d.Err() != nil {
			t.Fatalf("%s: %v", step, d.Err())
		}
		plan, planned := core.Plan(t.Context(), state, attributes)
		if planned.Err() != nil || plan.Action != "no-op" {
			t.Fatalf("%s, the plan is %s %v\nof %s", step, plan.Action, planned.Err(), state.Value)
		}
		core.NewRun()
		state, d = core.Refresh(t.Context(), state)
	}
	state, d = core.Destroy(t.Context(), state)
	if d.Err() != nil || state.Exists() {
		t.Errorf("after the destroy: %v, %v", state.Value, d.Err())
	}
	if left := e.Computes(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// onReplies edits the replies to requests of a method; empty for all methods.
func onReplies(method string, edit func(*http.Response)) func() func(*azureml.Options) {
	return func() func(*azureml.Options) {
		return acctest.EditReplies(func(request *http.Request, r *http.Response) {
			if method == "" || request.Method == method {
				edit(r)
			}
		})
	}
}

// eachObject edits a document and every object in it.
func eachObject(edit func(map[string]any)) func(map[string]any) {
	var visit func(any)
	visit = func(value any) {
		switch value := value.(type) {
		case []any:
			for _, inner := range value {
				visit(inner)
			}
		case map[string]any:
			edit(value)
			for _, inner := range value {
				visit(inner)
			}
		}
	}
	return func(document map[string]any) { visit(document) }
}

// lateList empties the list until three seconds after the compute was first seen as
// Succeeded.
func lateList() func(*azureml.Options) {
	var since time.Time
	return acctest.EditReplies(func(request *http.Request, r *http.Response) {
		switch {
		case request.Method != http.MethodGet:
		case strings.HasSuffix(request.URL.Path, "/computes") && (since.IsZero() || time.Since(since) < 3*time.Second):
			setBody(r, map[string]any{"value": []any{}})
		case strings.Contains(request.URL.Path, "/computes/") && since.IsZero():
			content, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(content))
			if bytes.Contains(content, []byte(`"Succeeded"`)) {
				since = time.Now()
			}
		}
	})
}

func setBody(r *http.Response, document any) {
	content, _ := json.Marshal(document)
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(content)), int64(len(content))
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
}
