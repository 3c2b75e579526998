package batchcompute_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// The fault matrix: every kind of fault, once and permanently, at every request of every
// story. Whatever happens, the error is clear, what is attached is in the state or named in
// the error, no forbidden write is sent, and once the fault is over the next apply (or
// destroy) succeeds.
func TestFaultMatrix(t *testing.T) { faultMatrix(t, cell.quick) }

func TestSlowFaultMatrix(t *testing.T) {
	acctest.Slow(t)
	faultMatrix(t, func(c cell) bool { return !c.quick() })
}

// cell is a fault at a request of a story; times is 1, or -1 for a permanent one.
type cell struct {
	story string
	at    moment
	kind  string
	times int
}

func (c cell) String() string {
	return fmt.Sprintf("%s/%s/%s/%s", c.story, c.at, c.kind, map[int]string{1: "once", -1: "permanently"}[c.times])
}

// quick reports whether make test runs the cell. The story "replace" has the most requests,
// nearly all of which are also in "detach" and "attach". Of it, make test runs only the
// replies that once caused a PUT to an existing compute. Of stories that read, it runs one.
func (c cell) quick() bool {
	_, anywhere := faults[c.kind]
	quick := map[string]bool{"attach": true, "detach": true, "refresh": true, "replace": c.kind == "404 of the service"}
	return c.times > 0 && anywhere && c.kind != "huge" && quick[c.story]
}

// needless reports whether another cell shows the same: permanently, "huge" equals "endless",
// which takes as long as all others together.
func (c cell) needless() bool {
	return c.times < 0 && (c.kind == "huge" || c.kind == "endless" && c.story != "attach")
}

func faultMatrix(t *testing.T, in func(cell) bool) {
	t.Helper()
	cells := 0
	fields := fieldsOfReplies(t)
	for name, story := range stories {
		for _, at := range story.requests(t) {
			for kind, fault := range faultsAt(at, fields) {
				for _, times := range []int{1, -1} {
					c := cell{name, at, kind, times}
					if c.needless() || !in(c) {
						continue
					}
					cells++
					t.Run(c.String(), func(t *testing.T) {
						t.Parallel()
						synctest.Test(t, func(t *testing.T) { story.survives(t, at, fault, times) })
					})
				}
			}
		}
	}
	t.Logf("%d cells of the fault matrix: %d stories, %d kinds of fault at every request", cells, len(stories), len(faults))
}

// faultsAt returns the kinds of fault at a request: those of every request, and the wrong type
// in each field of its reply. TestSlowAlteredReplies has more types.
func faultsAt(at moment, fields map[string][]string) map[string]emulator.Fault {
	kinds := maps.Clone(faults)
	for _, field := range fields[at.method+" "+at.path] {
		for _, kind := range []string{"a number", "an object"} {
			kinds[field+" is "+kind] = emulator.Fault{EditBody: func(document map[string]any) {
				alterAt(document, strings.Split(field, "."), alterations[kind])
			}}
		}
	}
	return kinds
}

// moment is the nth request of its kind in a story.
type moment struct {
	method, path string
	nth          int
}

func (m moment) String() string { return fmt.Sprintf("%s %s #%d", m.method, m.path, m.nth) }

// paths are regular expressions for the requests' paths. The keys appear in test names.
var paths = map[string]string{
	"status":    "/computeOperationsStatus/",
	"list":      "/computes$",
	"compute":   "/computes/",
	"workspace": "/workspaces/[^/]+$",
}

// faults are the kinds of fault at every request. Replies of a gateway or a proxy lack Azure's request id.
var faults = func() map[string]emulator.Fault {
	azure := map[string]string{"x-ms-request-id": "11111111-2222-3333-4444-555555555555", "x-ms-correlation-request-id": "66666666-7777-8888-9999-000000000000"}
	code := func(status int, code string) emulator.Fault {
		return emulator.Fault{Status: status, Header: azure, Body: fmt.Sprintf(`{"error": {"code": %q, "message": "It is so."}}`, code)}
	}
	return map[string]emulator.Fault{
		"500":                       code(500, "InternalServerError"),
		"502 of a gateway":          {Status: 502, Body: "<html>Bad gateway</html>"},
		"503":                       code(503, "ServiceUnavailable"),
		"504 of a gateway":          {Status: 504},
		"408":                       code(408, "RequestTimeout"),
		"429":                       {Status: 429, Header: map[string]string{"Retry-After": "3", "x-ms-request-id": "1"}, Body: `{"error": {"code": "TooManyRequests", "message": "Slowly."}}`},
		"429 without a hint":        code(429, "TooManyRequests"),
		"409":                       code(409, "Conflict"),
		"423":                       code(423, "Locked"),
		"lock":                      code(409, "ScopeLocked"),
		"401":                       code(401, "ExpiredAuthenticationToken"),
		"403":                       code(403, "AuthorizationFailed"),
		"400":                       code(400, "InvalidComputeConfiguration"),
		"404 of a proxy":            {Status: 404, Header: map[string]string{"Content-Type": "text/html"}, Body: "<html>Not found</html>"},
		"404 without a body":        {Status: 404},
		"404 of another tenant":     code(404, "SubscriptionNotFound"),
		"404 of the service":        {Status: 404, Header: map[string]string{"x-ms-response-type": "standard", "x-ms-request-id": "1"}},
		"404 of the workspace":      code(404, "ParentResourceNotFound"),
		"404 of the resource group": code(404, "ResourceGroupNotFound"),
		"302":                       {Status: 302, Header: map[string]string{"Location": "https://login.example/?s=secret"}},
		"307":                       {Status: 307, Header: map[string]string{"Location": "https://elsewhere.example/"}},
		"dropped":                   {Drop: true},
		"lost reply":                {LoseReply: true},
		"truncated":                 {Truncate: 3},
		"too slow":                  {Delay: 3 * time.Hour},
		"held":                      {Hold: true},
		"dribbled":                  {Dribble: time.Second},
		"endless":                   {Endless: true},
		"huge":                      {Pad: 2 << 30},
		"401 that echoes":           {Echo: true},
		"too many pages":            {Merge: map[string]any{"nextLink": "https://management.emulator" + emulator.DefaultWorkspaceID + "/computes?api-version=2020-02-02&$skip=0"}},
		"no JSON":                   {Status: 200, Body: "<html>Welcome</html>"},
		"empty 200":                 {Status: 200},
		"null":                      {Status: 200, Body: "null"},
		"a list":                    {Status: 200, Body: "[]"},
		"an empty object":           {Status: 200, Body: "{}"},
	}
}()

// story is something that a user does. It starts from the service and the state that prepare
// sets up.
type story struct {
	prepare func(*testing.T, *emulator.Emulator, *acctest.Core) acctest.State
	run     func(*testing.T, *acctest.Core, acctest.State) (acctest.State, acctest.Diagnostics)
	// wanted is the configuration afterwards; nil for nothing attached.
	wanted acctest.Attributes
	// reads is true for a story that must not write.
	reads bool
}

var (
	// timeouts are shorter than the fault "too slow", and longer than all retries.
	timeouts = acctest.Attributes{"create": "30m", "read": "10m", "delete": "30m"}
	first    = byNames(acctest.Attributes{"timeouts": timeouts})
	second   = byNames(acctest.Attributes{"timeouts": timeouts, "batch_account_name": "batch1"})
	adopting = byNames(acctest.Attributes{"timeouts": timeouts, "adopt_existing": true})
)

var stories = map[string]story{
	"attach": {
		prepare: func(*testing.T, *emulator.Emulator, *acctest.Core) acctest.State { return acctest.State{} },
		run: func(t *testing.T, core *acctest.Core, state acctest.State) (acctest.State, acctest.Diagnostics) {
			return core.Apply(t.Context(), state, first)
		},
		wanted: first,
	},
	"adopt": {
		prepare: func(_ *testing.T, e *emulator.Emulator, _ *acctest.Core) acctest.State {
			putBatch(e, "mybatchcompute", emulator.DefaultBatchAccountID)
			return acctest.State{}
		},
		run: func(t *testing.T, core *acctest.Core, state acctest.State) (acctest.State, acctest.Diagnostics) {
			return core.Apply(t.Context(), state, adopting)
		},
		wanted: adopting, reads: true,
	},
	"refresh": {
		prepare: attachedFirst,
		run: func(t *testing.T, core *acctest.Core, state acctest.State) (acctest.State, acctest.Diagnostics) {
			return core.Refresh(t.Context(), state)
		},
		wanted: adopting, reads: true, // a wrong 404 removes the compute from the state, and it is adopted again
	},
	"refresh again": { // from the workspace's list, as for all computes but the first
		prepare: attachedFirst,
		run: func(t *testing.T, core *acctest.Core, state acctest.State) (acctest.State, acctest.Diagnostics) {
			state, d := core.Refresh(t.Context(), state)
			if d.Err() == nil && state.Exists() {
				state, d = core.Refresh(t.Context(), state)
			}
			return state, d
		},
		wanted: adopting, reads: true,
	},
	"import": {
		prepare: func(t *testing.T, e *emulator.Emulator, core *acctest.Core) acctest.State {
			attachedFirst(t, e, core)
			return acctest.State{}
		},
		run: func(t *testing.T, core *acctest.Core, _ acctest.State) (acctest.State, acctest.Diagnostics) {
			return core.Import(t.Context(), computeID)
		},
		wanted: adopting, reads: true,
	},
	"replace": {
		prepare: func(t *testing.T, e *emulator.Emulator, core *acctest.Core) acctest.State {
			e.AddBatchAccount(strings.Replace(emulator.DefaultBatchAccountID, "batch0", "batch1", 1), "westeurope")
			return attachedFirst(t, e, core)
		},
		run: func(t *testing.T, core *acctest.Core, state acctest.State) (acctest.State, acctest.Diagnostics) {
			return core.Apply(t.Context(), state, second)
		},
		wanted: second,
	},
	"detach": {
		prepare: attachedFirst,
		run: func(t *testing.T, core *acctest.Core, state acctest.State) (acctest.State, acctest.Diagnostics) {
			return core.Destroy(t.Context(), state)
		},
	},
	"look up": {
		prepare: attachedFirst,
		run: func(t *testing.T, core *acctest.Core, state acctest.State) (acctest.State, acctest.Diagnostics) {
			_, d := core.ReadData(t.Context(), "azureml_batch_compute", acctest.Attributes{"name": "mybatchcompute", "workspace_id": emulator.DefaultWorkspaceID})
			return state, d
		},
		wanted: first, reads: true,
	},
	"look up all": {
		prepare: attachedFirst,
		run: func(t *testing.T, core *acctest.Core, state acctest.State) (acctest.State, acctest.Diagnostics) {
			_, d := core.ReadData(t.Context(), "azureml_batch_computes", acctest.Attributes{"workspace_id": emulator.DefaultWorkspaceID})
			return state, d
		},
		wanted: first, reads: true,
	},
}

func attachedFirst(t *testing.T, _ *emulator.Emulator, core *acctest.Core) acctest.State {
	t.Helper()
	state, d := core.Apply(t.Context(), acctest.State{}, first)
	if d.Err() != nil {
		t.Fatal(d.Err())
	}
	core.NewRun()
	return state
}

func newFaultyEmulator(t *testing.T) *emulator.Emulator {
	t.Helper()
	return acctest.NewEmulator(t, emulator.WithOperationDuration(3*time.Second, 2*time.Second))
}

// requests returns the moments of a story without faults.
func (s story) requests(t *testing.T) []moment {
	t.Helper()
	var moments []moment
	synctest.Test(t, func(t *testing.T) {
		e := newFaultyEmulator(t)
		core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
		state := s.prepare(t, e, core)
		e.ResetLog()
		if _, d := s.run(t, core, state); d.Err() != nil {
			t.Fatal(d.Err())
		}
		for _, request := range requests(e) {
			method, path, _ := strings.Cut(request, " ")
			nth := 1
			for slices.Contains(moments, moment{method, path, nth}) {
				nth++
			}
			moments = append(moments, moment{method, path, nth})
		}
	})
	if len(moments) == 0 {
		t.Fatal("the story sends no requests")
	}
	return moments
}

// signature matches the signed query of a status address, which must not be in an error.
var signature = regexp.MustCompile(`[?&](s|h|c|t)=`)

// lies reports whether the fault is a reply of Azure itself that an existing compute does not
// exist. The provider cannot detect it, but must do no harm.
func lies(at moment, fault emulator.Fault) bool {
	return at.method == http.MethodGet && at.path == "compute" && fault.Status == http.StatusNotFound &&
		fault.Header["x-ms-request-id"] != "" && !strings.Contains(fault.Body, "SubscriptionNotFound")
}

func (s story) survives(t *testing.T, at moment, fault emulator.Fault, times int) {
	e := newFaultyEmulator(t)
	core := acctest.NewEmulatorCore(t, e, acctest.AsShipped)
	state := s.prepare(t, e, core)
	accounts := e.BatchAccounts()
	before := e.Computes()
	e.ResetLog()

	fault.Method, fault.Path, fault.Nth, fault.Times = at.method, paths[at.path], at.nth, times
	e.Inject(fault)
	after, d := s.run(t, core, state)
	err := d.Err()
	if err != nil {
		for _, words := range []string{"panic", "%!", emulator.DefaultClientSecret, "eyJ"} {
			if strings.Contains(err.Error(), words) {
				t.Errorf("the error says %q:\n%v", words, err)
			}
		}
		if signature.MatchString(err.Error()) {
			t.Errorf("the error has a signed address:\n%v", err)
		}
		byCore := strings.HasPrefix(err.Error(), "Cannot import non-existent")
		if !byCore && (!strings.Contains(err.Error(), "ompute") || len(err.Error()) < 60) {
			t.Errorf("the error is not clear:\n%v", err)
		}
	}
	checkWrites(t, e, s.reads)
	if compute, exists := e.Compute(computeID); exists && !after.Exists() && !s.reads && !lies(at, fault) {
		if err == nil || !strings.Contains(err.Error(), "mybatchcompute") {
			t.Errorf("%s is attached, and neither in the state nor in the error: %v", compute.ID, err)
		}
	}
	if s.reads && len(e.Computes()) != len(before) {
		t.Error("a story that reads changed what is attached")
	}

	e.ClearFaults()
	if lies(at, fault) {
		// The compute exists, although Azure said otherwise: the next apply finds it, and adopts
		// it with adopt_existing.
		s.wanted = adopting
		if compute, ok := e.Compute(computeID); ok && strings.HasSuffix(compute.ResourceID, "batch1") {
			s.wanted = with(byNames(), second, acctest.Attributes{"adopt_existing": true})
		}
	}
	s.converges(t, e, core, after)
	checkWrites(t, e, false)
	if !slices.Equal(accounts, e.BatchAccounts()) {
		t.Errorf("Batch accounts were changed: %v", e.BatchAccounts())
	}
}

// converges continues from the state as the next run would: it refreshes and applies what is
// wanted, and the plan after that must be empty.
func (s story) converges(t *testing.T, e *emulator.Emulator, core *acctest.Core, state acctest.State) {
	t.Helper()
	core.NewRun()
	state, d := core.Refresh(t.Context(), state)
	if d.Err() != nil {
		t.Fatalf("the next refresh: %v", d.Err())
	}
	if s.wanted == nil {
		if state, d = core.Destroy(t.Context(), state); d.Err() != nil || state.Exists() || len(e.Computes()) > 0 {
			t.Fatalf("the next destroy: %v; %v", d.Err(), e.Computes())
		}
		return
	}
	if state, d = core.Apply(t.Context(), state, s.wanted); d.Err() != nil {
		t.Fatalf("the next apply: %v", d.Err())
	}
	if plan, d := core.Plan(t.Context(), state, s.wanted); d.Err() != nil || plan.Action != "no-op" {
		t.Errorf("the plan after that is %s, %v", plan.Action, d.Err())
	}
	computes := e.Computes()
	if len(computes) != 1 || computes[0].ProvisioningState != "Succeeded" || !strings.EqualFold(computes[0].ResourceID, state.Text("batch_account_id")) {
		t.Errorf("the service has %v, the state has %s", computes, state.Text("batch_account_id"))
	}
}

// checkWrites checks that no forbidden write reached the service.
func checkWrites(t *testing.T, e *emulator.Emulator, none bool) {
	t.Helper()
	for _, request := range e.ARMRequests() {
		switch {
		case request.Method == http.MethodGet:
		case none:
			t.Errorf("a story that reads sent %s %s", request.Method, request.Path)
		case request.Method == http.MethodPut && request.Decided != 0 && request.Decided != http.StatusCreated:
			t.Errorf("a PUT to an existing compute: %d", request.Decided)
		case request.Method == http.MethodDelete && request.Query != "api-version=2020-02-02&underlyingResourceAction=detach":
			t.Errorf("DELETE %s?%s", request.Path, request.Query)
		}
	}
}
