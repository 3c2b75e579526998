package batchcompute_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// Whichever form the service uses for the same values, the plan after an apply is empty, and
// stays empty after a refresh.
func TestPlanIsEmptyAfterApplyWhateverTheReply(t *testing.T) {
	properties := func(edit func(map[string]any)) func(map[string]any) {
		return func(document map[string]any) {
			if properties, ok := document["properties"].(map[string]any); ok {
				edit(properties)
			}
		}
	}
	for name, edit := range map[string]func(map[string]any){
		"as it is":                 func(map[string]any) {},
		"tags absent":              func(d map[string]any) { delete(d, "tags") },
		"tags empty":               func(d map[string]any) { d["tags"] = map[string]any{} },
		"tags of others":           func(d map[string]any) { d["tags"] = map[string]any{"policy": "set"} },
		"errors empty":             properties(func(p map[string]any) { p["provisioningErrors"] = []any{} }),
		"errors absent":            properties(func(p map[string]any) { delete(p, "provisioningErrors") }),
		"computeLocation absent":   properties(func(p map[string]any) { delete(p, "computeLocation") }),
		"computeLocation null":     properties(func(p map[string]any) { p["computeLocation"] = nil }),
		"provisioningState absent": properties(func(p map[string]any) { delete(p, "provisioningState") }),
		"isAttachedCompute absent": properties(func(p map[string]any) { delete(p, "isAttachedCompute") }),
		"description empty":        properties(func(p map[string]any) { p["description"] = "" }),
		"createdOn empty":          properties(func(p map[string]any) { p["createdOn"] = "" }),
		"modifiedOn a number":      properties(func(p map[string]any) { p["modifiedOn"] = 7 }),
		"account in capitals":      properties(func(p map[string]any) { p["resourceId"] = strings.ToUpper(emulator.DefaultBatchAccountID) }),
		"account in small letters": properties(func(p map[string]any) { p["resourceId"] = strings.ToLower(emulator.DefaultBatchAccountID) }),
		"id with resourcegroups":   func(d map[string]any) { d["id"] = strings.Replace(computeID, "resourceGroups", "resourcegroups", 1) },
		"name in capitals":         func(d map[string]any) { d["name"] = "MYBATCHCOMPUTE" },
		"location absent":          func(d map[string]any) { delete(d, "location") },
		"location as it is shown":  func(d map[string]any) { d["location"] = "West Europe" },
		"sku, identity and systemData": func(d map[string]any) {
			d["sku"], d["identity"], d["systemData"] = map[string]any{}, nil, map[string]any{}
		},
		"unknown fields":                func(d map[string]any) { d["novel"] = []any{1, "x"} },
		"disableLocalAuth is something": properties(func(p map[string]any) { p["disableLocalAuth"] = "perhaps" }),
	} {
		acctest.Run(t, name, func(t *testing.T) {
			for form, attributes := range map[string]acctest.Attributes{
				"least": byNames(),
				"most": byID(acctest.Attributes{
					"description": "for the nightly pipeline", "tags": map[string]string{"team": "risk"}, "location": "westeurope",
					"adopt_existing": true, "timeouts": acctest.Attributes{"create": "10m"},
				}),
			} {
				e := acctest.NewEmulator(t)
				e.Inject(emulator.Fault{Method: http.MethodGet, Path: "/computes/", Times: -1, EditBody: edit})
				if name == "description empty" && form == "most" {
					continue // another description than the configured one is drift
				}
				checkSettles(t, acctest.NewEmulatorCore(t, e), attributes)
			}
		})
	}
}

// checkSettles attaches, and checks that all later plans are empty.
func checkSettles(t *testing.T, core *acctest.Core, attributes acctest.Attributes) {
	t.Helper()
	state, d := core.Apply(t.Context(), acctest.State{}, attributes)
	for _, step := range []string{"after the apply", "after a refresh"} {
		if d.Err() != nil {
			t.Fatalf("%s: %v", step, d.Err())
		}
		plan, planned := core.Plan(t.Context(), state, attributes)
		if planned.Err() != nil || plan.Action != "no-op" {
			t.Fatalf("%s, the plan is %s %v\nof %s", step, plan.Action, planned.Err(), state.Value)
		}
		before := state
		state, d = core.Refresh(t.Context(), state)
		for _, attribute := range []string{"id", "name", "workspace_id", "batch_account_id", "batch_resource_group_name", "batch_account_name"} {
			if was, is := before.Text(attribute), state.Text(attribute); was != is {
				t.Errorf("%s, a refresh changes %s from %q to %q", step, attribute, was, is)
			}
		}
	}
}

// The service is known to reply to a PUT with 201 and Azure-AsyncOperation only. The
// specification and older recordings have other forms.
func TestRepliesToAnAttach(t *testing.T) {
	for name, edit := range map[string]func(*http.Response){
		"200": func(r *http.Response) { r.StatusCode = 200 },
		"202": func(r *http.Response) { r.StatusCode = 202 },
		"202 without a body": func(r *http.Response) {
			r.StatusCode, r.Body = 202, http.NoBody
		},
		"no status address": func(r *http.Response) { r.Header.Del("Azure-AsyncOperation") },
		"Location instead": func(r *http.Response) {
			r.Header.Set("Location", r.Header.Get("Azure-AsyncOperation"))
			r.Header.Del("Azure-AsyncOperation")
		},
		"status of another host": func(r *http.Response) {
			r.Header.Set("Azure-AsyncOperation", "https://elsewhere.example/status?s=secret")
		},
		"status address is garbage": func(r *http.Response) { r.Header.Set("Azure-AsyncOperation", "%%%") },
		"Retry-After":               func(r *http.Response) { r.Header.Set("Retry-After", "0") },
		"body is garbage":           func(r *http.Response) { r.Body = io.NopCloser(strings.NewReader("<html>")) },
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			core := acctest.NewEmulatorCore(t, e, acctest.EditReplies(func(request *http.Request, response *http.Response) {
				if request.Method == http.MethodPut {
					edit(response)
				}
			}))
			checkSettles(t, core, byNames())
		})
	}
}

// A reply may begin with a byte order mark, and have numbers that no float can hold.
func TestRepliesInUnusualJSON(t *testing.T) {
	for name, begin := range map[string]string{"a byte order mark": "\ufeff{", "a huge number": `{"huge": 1e999, `} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			core := acctest.NewEmulatorCore(t, e, acctest.EditReplies(func(request *http.Request, response *http.Response) {
				body := acctest.Body(response)
				if rest, ok := bytes.CutPrefix(body, []byte("{")); ok && strings.HasPrefix(request.URL.Path, "/subscriptions/") {
					response.Body = io.NopCloser(io.MultiReader(strings.NewReader(begin), bytes.NewReader(rest)))
				}
			}))
			checkSettles(t, core, byNames())
			_, d := core.Apply(t.Context(), acctest.State{}, byNames(acctest.Attributes{"workspace_id": strings.Replace(emulator.DefaultWorkspaceID, "ws0", "ws9", 1)}))
			d.WantError(t, "ParentResourceNotFound")
		})
	}
}

func TestRepliesToADetach(t *testing.T) {
	for name, edit := range map[string]func(*http.Response){
		"200":               func(r *http.Response) { r.StatusCode = 200 },
		"204":               func(r *http.Response) { r.StatusCode = 204; r.Header.Del("Azure-AsyncOperation") },
		"Location as well":  func(r *http.Response) { r.Header.Set("Location", "https://elsewhere.example/") },
		"no status address": func(r *http.Response) { r.Header.Del("Azure-AsyncOperation") },
		"404, already gone": func(r *http.Response) { r.StatusCode = 404; r.Header.Del("Azure-AsyncOperation") },
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			core := acctest.NewEmulatorCore(t, e, acctest.EditReplies(func(request *http.Request, response *http.Response) {
				if request.Method == http.MethodDelete {
					edit(response)
				}
			}))
			state, d := core.Apply(t.Context(), acctest.State{}, byNames())
			if d.Err() != nil {
				t.Fatal(d.Err())
			}
			core.NewRun()
			state, d = core.Destroy(t.Context(), state)
			if d.Err() != nil || state.Exists() {
				t.Errorf("after the destroy, the state has %v; error: %v", state.Value, d.Err())
			}
			if _, exists := e.Compute(computeID); exists {
				t.Error("the compute is still attached")
			}
		})
	}
}

// The status of an operation may not be readable: 404 after some that succeeded, 403 for
// callers with permissions on the workspace only. Then the compute itself decides.
func TestStatusThatCannotBeRead(t *testing.T) {
	for name, status := range map[string]int{"404": 404, "403": 403, "400": 400, "410": 410} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			e.Inject(emulator.Fault{Path: "/computeOperationsStatus/", Times: -1, Status: status})
			core := acctest.NewEmulatorCore(t, e)
			checkSettles(t, core, byNames())
		})
	}
}
