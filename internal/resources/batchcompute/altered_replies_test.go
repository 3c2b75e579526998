package batchcompute_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// No reply makes core report a bug in the provider. Each field of each reply is altered
// through the whole life of a compute, and everything recovers once it is not.
func TestAlteredReplies(t *testing.T) { alteredReplies(t, quickAlterations) }

func TestSlowAlteredReplies(t *testing.T) {
	acctest.Slow(t)
	alteredReplies(t, slices.DeleteFunc(slices.Sorted(maps.Keys(alterations)), func(kind string) bool { return slices.Contains(quickAlterations, kind) }))
}

var quickAlterations = []string{"null", "another value"}

func alteredReplies(t *testing.T, kinds []string) {
	t.Helper()
	cells := 0
	for request, fields := range fieldsOfReplies(t) {
		for _, field := range fields {
			for _, kind := range kinds {
				cells++
				t.Run(fmt.Sprintf("%s/%s is %s", request, field, kind), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) { liveAltered(t, request, field, kind) })
				})
			}
		}
	}
	t.Logf("%d altered replies", cells)
}

// full is a configuration with all attributes.
var full = byID(acctest.Attributes{"description": "d", "tags": map[string]string{"a": "1"}, "location": "westeurope", "timeouts": timeouts})

func newAlteredEmulator(t *testing.T) *emulator.Emulator {
	t.Helper()
	e := acctest.NewEmulator(t, emulator.WithTagsKept(true))
	putBatch(e, "other", account(1))
	return e
}

func liveAltered(t *testing.T, request, field, kind string) {
	e := newAlteredEmulator(t)
	core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
	method, path, _ := strings.Cut(request, " ")
	e.Inject(emulator.Fault{Method: method, Path: paths[path], Times: -1, EditBody: func(document map[string]any) {
		alterAt(document, strings.Split(field, "."), alterations[kind])
	}})
	fine := func(d acctest.Diagnostics) {
		if err := d.Err(); err != nil && (strings.Contains(err.Error(), "Provider ") || strings.Contains(err.Error(), "panic") || len(err.Error()) < 60) {
			t.Errorf("core reports a bug in the provider, or the error is not clear: %v", err)
		}
	}
	state, d := core.Apply(t.Context(), acctest.State{}, full)
	fine(d)
	for range 2 {
		core.NewRun()
		var after acctest.State
		if after, d = core.Refresh(t.Context(), state); d.Err() == nil {
			state = after
		}
		fine(d)
		_, d = core.Plan(t.Context(), state, full)
		fine(d)
	}
	core.NewRun()
	state, d = core.Destroy(t.Context(), state)
	fine(d)
	e.ClearFaults()
	core.NewRun()
	// A compute whose reply had another type was removed from the state, and is adopted again.
	adopting := with(maps.Clone(full), acctest.Attributes{"adopt_existing": true})
	for range 2 {
		state, d = core.Refresh(t.Context(), state)
		if d.Err() != nil {
			t.Fatalf("afterwards, the refresh: %v", d.Err())
		}
		core.NewRun()
		if state, d = core.Apply(t.Context(), state, adopting); d.Err() != nil {
			t.Fatalf("afterwards, the apply: %v", d.Err())
		}
	}
	if plan, d := core.Plan(t.Context(), state, adopting); d.Err() != nil || plan.Action != "no-op" {
		t.Errorf("afterwards, the plan is %s, %v", plan.Action, d.Err())
	}
	if compute, exists := e.Compute(computeID); !exists || compute.ProvisioningState != "Succeeded" {
		t.Errorf("afterwards, the compute is %v", compute)
	}
}

// alterations are what a field may turn into. The argument is its value.
var alterations = map[string]func(any) any{
	"missing":       nil,
	"null":          func(any) any { return nil },
	"another value": func(any) any { return "another" },
	"empty":         func(any) any { return "" },
	"a number":      func(any) any { return 7 },
	"true":          func(any) any { return true },
	"an object":     func(any) any { return map[string]any{"x": 1} },
	"a list":        func(any) any { return []any{1} },
	"in capitals":   func(value any) any { text, _ := value.(string); return strings.ToUpper(text) },
	"spaced":        func(value any) any { text, _ := value.(string); return " " + text + "\n" },
}

// alterAt changes the field at a path, in the elements of a list too.
func alterAt(value any, path []string, alter func(any) any) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			alterAt(element, path, alter)
		}
	case map[string]any:
		field, exists := value[path[0]]
		switch {
		case !exists:
		case len(path) > 1:
			alterAt(field, path[1:], alter)
		case alter == nil:
			delete(value, path[0])
		default:
			value[path[0]] = alter(field)
		}
	}
}

// fieldsOfReplies returns the fields of each kind of reply when nothing fails.
func fieldsOfReplies(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string]map[string]bool{}
	synctest.Test(t, func(t *testing.T) {
		e := newAlteredEmulator(t)
		core := acctest.NewEmulatorCore(t, e, acctest.AsShipped, record(func(request string, document any) {
			if found[request] == nil {
				found[request] = map[string]bool{}
			}
			collect(document, "", found[request])
		}))
		state, d := core.Apply(t.Context(), acctest.State{}, byID())
		if d.Err() != nil {
			t.Fatal(d.Err())
		}
		core.NewRun()
		core.Refresh(t.Context(), state)
		if _, d := core.Destroy(t.Context(), state); d.Err() != nil {
			t.Fatal(d.Err())
		}
	})
	fields := map[string][]string{}
	for request, paths := range found {
		fields[request] = slices.Sorted(maps.Keys(paths))
	}
	if len(fields) < 5 || len(fields["GET compute"]) < 12 {
		t.Fatalf("only these replies were seen: %v", fields)
	}
	return fields
}

// collect records the paths of all fields.
func collect(value any, at string, into map[string]bool) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			collect(element, at, into)
		}
	case map[string]any:
		for name, field := range value {
			path := strings.TrimPrefix(at+"."+name, ".")
			into[path] = true
			collect(field, path, into)
		}
	}
}

// record passes each JSON reply of Resource Manager to a test.
func record(see func(request string, document any)) func(*azureml.Options) {
	var mutex sync.Mutex
	return acctest.EditReplies(func(request *http.Request, response *http.Response) {
		var document any
		body := acctest.Body(response)
		mutex.Lock()
		defer mutex.Unlock()
		if json.Unmarshal(body, &document) == nil {
			see(inWords(request.Method, request.URL.Path), document)
		}
	})
}
