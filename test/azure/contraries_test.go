package main

import (
	"bytes"
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
	"github.com/terraform-provider-azureml/terraform-provider-azureml/test/azure/report"
)

// TestEachCheckCanRefute runs against services that contradict each guess that the
// differences do not, so that no check confirms unconditionally.
func TestEachCheckCanRefute(t *testing.T) {
	contradicted := map[string]bool{}
	for _, d := range differences {
		for _, id := range d.refutes {
			contradicted[id] = true
		}
	}
	for name, d := range contraries {
		for _, id := range d.refutes {
			contradicted[id] = true
		}
		acctest.Run(t, name, func(t *testing.T) {
			e, options := d.service(t)
			if d.prepare != nil {
				d.prepare(e)
			}
			azure := emulated(e)
			azure.options = append(azure.options, options...)
			done, err := verify(t.Context(), t.Context(), azure, defaultSubject(t), t.Logf)
			if done.report == "" {
				t.Fatal(err)
			}
			found := refuted(done)
			if diff := cmp.Diff(slices.Sorted(slices.Values(d.refutes)), slices.Sorted(maps.Keys(found))); diff != "" {
				t.Errorf("refuted (-want +got):\n%s\n%v", diff, found)
			}
			if left := e.Computes(); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
	for _, id := range report.Checked() {
		if !contradicted[id] {
			t.Errorf("nothing refutes %s", id)
		}
	}
}

// contrary is a difference that may make the provider fail.
type contrary struct {
	difference
	prepare func(*emulator.Emulator)
}

func byEditing(path string, edit func(map[string]any), refutes ...string) contrary {
	return contrary{difference: difference{refutes: refutes, faults: []emulator.Fault{{Times: -1, Path: path, EditBody: eachObject(edit)}}}}
}

func byReply(refutes []string, edit func() func(*azureml.Options)) contrary {
	return contrary{difference: difference{refutes: refutes, edit: edit}}
}

func failing(failure emulator.Failure) func(*emulator.Emulator) {
	return func(e *emulator.Emulator) { e.FailNext(emulator.Attach, failure) }
}

var contraries = map[string]contrary{
	"the description is dropped": byEditing("/computes", func(o map[string]any) {
		if _, there := o["description"]; there {
			o["description"] = nil
		}
	}, "attach-body", "compute-description", "compute-shape"),
	"the compute has another region": byEditing("/computes", func(o map[string]any) {
		if _, there := o["computeLocation"]; there {
			o["computeLocation"] = "elsewhere"
		}
	}, "compute-location"),
	"ids in another letter case": byEditing("/computes", func(o map[string]any) {
		if id, ok := o["resourceId"].(string); ok {
			o["resourceId"] = strings.Replace(id, "batch0", "BATCH0", 1)
		}
	}, "compute-ids"),
	"a list with null as nextLink": byEditing("/computes$", func(o map[string]any) {
		if _, list := o["value"]; list {
			o["nextLink"] = nil
		}
	}, "list-shape"),
	"an element of a list lacks a field": byEditing("/computes$", func(o map[string]any) { delete(o, "disableLocalAuth") }, "list-shape"),
	"no request id":                      byReply([]string{"common-headers"}, onReplies("", func(r *http.Response) { r.Header.Del("x-ms-request-id") })),
	"a status URL without a signature": byReply([]string{"status-url"}, onReplies("", func(r *http.Response) {
		if status := r.Header.Get("Azure-AsyncOperation"); status != "" {
			r.Header.Set("Azure-AsyncOperation", status+"&x=y")
		}
	})),
	"the compute appears late": {difference: difference{
		refutes: []string{"visible-at-once"}, options: []emulator.Option{emulator.WithReplicationLag(20 * time.Second)},
	}},
	"createdOn changes":                     byReply([]string{"compute-created"}, changingCreation),
	"the compute is hidden while detaching": byReply([]string{"visible-while-detaching"}, hiddenWhileDetaching),
	"the compute stays after its detach":    byReply([]string{"gone-at-once"}, lingering),
	"a second attach is refused":            byReply([]string{"second-attach", "refusal"}, secondRefused),
	"a second attach breaks the first":      byReply([]string{"second-attach-first", "failed-compute"}, secondBreaks),
	"a failed poll in another form":         {difference: difference{refutes: []string{"poll-failed"}}, prepare: failing(emulator.Failure{Error: "it failed", ProvisioningErrors: []any{}})},
	"a failed compute without errors":       {difference: difference{refutes: []string{"failed-compute"}}, prepare: failing(emulator.Failure{Error: map[string]any{"code": "X"}})},
}

// secondRefused refuses the PUT of every compute except the first.
func secondRefused() func(*azureml.Options) {
	first := ""
	return acctest.EditReplies(func(request *http.Request, r *http.Response) {
		if request.Method != http.MethodPut {
			return
		}
		if first == "" {
			first = request.URL.Path
		}
		if request.URL.Path != first {
			r.StatusCode = http.StatusForbidden
			r.Header.Del("Azure-AsyncOperation")
			setBody(r, map[string]any{"error": map[string]any{"code": "AlreadyAttached", "message": "It is attached already."}})
			r.Header.Set("x-ms-failure-cause", "gateway") // Excludes it from the check of the error's shape.
		}
	})
}

// secondBreaks shows the first compute as Failed after a second PUT.
func secondBreaks() func(*azureml.Options) {
	first, puts := "", 0
	return acctest.EditReplies(func(request *http.Request, r *http.Response) {
		if request.Method == http.MethodPut {
			if puts++; puts == 1 {
				first = request.URL.Path
			}
		}
		if puts == 2 && request.Method == http.MethodGet && request.URL.Path == first {
			replaceInBody(r, `"provisioningState": "Succeeded"`, `"provisioningState": "Failed"`)
		}
	})
}

// changingCreation gives each reply another createdOn.
func changingCreation() func(*azureml.Options) {
	n := 0
	return acctest.EditReplies(func(request *http.Request, r *http.Response) {
		if request.Method == http.MethodGet && strings.Contains(request.URL.Path, "/computes/") {
			n++
			replaceInBody(r, `"createdOn": "2000-01-01T00:00:0`, `"createdOn": "20`+string(rune('0'+n%10))+`0-01-01T00:00:0`)
		}
	})
}

// hiddenWhileDetaching responds 404 for a compute once its DELETE was sent.
func hiddenWhileDetaching() func(*azureml.Options) {
	deleted := map[string]bool{}
	return acctest.EditReplies(func(request *http.Request, r *http.Response) {
		if request.Method == http.MethodDelete {
			deleted[request.URL.Path] = true
		}
		if request.Method == http.MethodGet && deleted[request.URL.Path] {
			r.StatusCode, r.Body = http.StatusNotFound, http.NoBody
			r.Header.Del("Content-Type")
		}
	})
}

// lingering keeps showing a compute for ten seconds after it is gone.
func lingering() func(*azureml.Options) {
	last, since := map[string][]byte{}, map[string]time.Time{}
	return acctest.EditReplies(func(request *http.Request, r *http.Response) {
		path := request.URL.Path
		if request.Method != http.MethodGet || !strings.Contains(path, "/computes/") {
			return
		}
		if r.StatusCode == http.StatusOK {
			content, _ := io.ReadAll(r.Body)
			r.Body, last[path] = io.NopCloser(bytes.NewReader(content)), content
			return
		}
		if last[path] == nil {
			return
		}
		if since[path].IsZero() {
			since[path] = time.Now()
		}
		if time.Since(since[path]) < 10*time.Second {
			r.StatusCode = http.StatusOK
			r.Header.Set("Content-Type", "application/json; charset=utf-8")
			r.Body = io.NopCloser(bytes.NewReader(last[path]))
		}
	})
}

func replaceInBody(r *http.Response, old, replacement string) {
	content, _ := io.ReadAll(r.Body)
	content = bytes.ReplaceAll(content, []byte(old), []byte(replacement))
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(content)), int64(len(content))
}
