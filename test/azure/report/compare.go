package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// target names the kind of resource that a request is about.
func target(x emulator.Exchange) string {
	path := strings.ToLower(x.Request.Path)
	switch {
	case strings.Contains(path, "/computeoperationsstatus/"):
		return "status"
	case strings.HasSuffix(path, "/computes"):
		return "list"
	case strings.Contains(path, "/computes/"):
		return "compute"
	case strings.Contains(path, "/batchaccounts/"):
		return "Batch account"
	case strings.Contains(path, "/workspaces/"):
		return "workspace"
	}
	return "something else"
}

// row compares the replies to one kind of request in one step.
type row struct {
	step, request   string
	azure, emulated *group
	differences     []string
}

// group is a reply, and how often it was repeated in a row.
type group struct {
	emulator.Exchange
	times int
	until emulator.Span
}

// compare pairs the replies of Azure with those of the emulator, in Azure's order.
func compare(azure, emulated *emulator.Recording) []row {
	ours, theirs := grouped(emulated), grouped(azure)
	var rows []row
	for _, key := range keysInOrder(azure, emulated) {
		step, request, _ := strings.Cut(key, "\n")
		for _, pair := range pairs(theirs[key], ours[key]) {
			rows = append(rows, row{step, request, pair[0], pair[1], differences(pair[0], pair[1])})
		}
	}
	return rows
}

func keyOf(x emulator.Exchange) string { return x.Step + "\n" + x.Request.Method + " " + target(x) }

// keysInOrder returns the kinds of requests; those that only the emulator received come
// last.
func keysInOrder(recordings ...*emulator.Recording) []string {
	var keys []string
	for _, recording := range recordings {
		for _, x := range recording.Exchanges {
			if key := keyOf(x); x.Step != Reference && !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// grouped returns the exchanges of each kind; repeated replies form one group.
func grouped(recording *emulator.Recording) map[string][]*group {
	all := map[string][]*group{}
	for _, x := range recording.Exchanges {
		key := keyOf(x)
		if last := len(all[key]) - 1; last >= 0 && len(differences(all[key][last], &group{Exchange: x})) == 0 {
			all[key][last].times++
			all[key][last].until = x.At
			continue
		}
		all[key] = append(all[key], &group{x, 1, x.At})
	}
	return all
}

// pairs finds the emulator's counterpart of each reply of Azure: one with the same status
// and state, or else the next one that remains.
func pairs(azure, emulated []*group) [][2]*group {
	left := slices.Clone(emulated)
	found := make([][2]*group, len(azure), len(azure)+len(emulated))
	take := func(i, j int) {
		found[i][1] = left[j]
		left = slices.Delete(left, j, j+1)
	}
	for i, a := range azure {
		found[i][0] = a
		if j := slices.IndexFunc(left, func(e *group) bool { return mark(e) == mark(a) }); j >= 0 {
			take(i, j)
		}
	}
	for i := range found {
		if found[i][1] == nil && len(left) > 0 {
			take(i, 0)
		}
	}
	for _, e := range left {
		found = append(found, [2]*group{nil, e})
	}
	return found
}

// mark distinguishes the replies to one kind of request.
func mark(g *group) string {
	document := view(g.Exchange)
	return strings.ToLower(fmt.Sprint(g.Response.Status, stringField(document, "status"), stringField(properties(document), "provisioningState")))
}

func differences(azure, emulated *group) []string {
	if azure == nil {
		return []string{"only in the emulator"}
	}
	if emulated == nil {
		return []string{"only in Azure"}
	}
	var out []string
	if azure.Response.Status != emulated.Response.Status {
		out = append(out, fmt.Sprintf("status %s; in the emulator %s", status(azure.Exchange), status(emulated.Exchange)))
	}
	if what := target(azure.Exchange); what == "workspace" || what == "Batch account" {
		return out // The emulator has only the fields that it needs.
	}
	names := slices.Collect(maps.Keys(azure.Response.Headers))
	for name := range emulated.Response.Headers {
		if azure.Response.Header(name) == "" {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	for _, name := range names {
		switch {
		case emulated.Response.Header(name) == "":
			out = append(out, fmt.Sprintf("`%s` only in Azure", name))
		case azure.Response.Header(name) == "":
			out = append(out, fmt.Sprintf("`%s` only in the emulator", name))
		}
	}
	return append(out, bodyDifferences(azure.Response.Body, emulated.Response.Body)...)
}

func status(x emulator.Exchange) string {
	if x.Response.Status == 0 {
		return "no reply"
	}
	return fmt.Sprint(x.Response.Status)
}

// operation says how long an attach or a detach took, and how often it was polled.
type operation struct {
	took  time.Duration
	polls int
	ended bool
}

// operationOf follows the operation that a method started on the first compute, until the
// first reply that shows its end.
func operationOf(recording *emulator.Recording, method string) (o operation, found bool) {
	var began emulator.Span
	for _, x := range recording.Exchanges {
		isMain := strings.EqualFold(x.Request.Path, recording.ComputeID())
		if x.Request.Method == method && isMain && x.Response.Status/100 == 2 {
			began, found, o = x.At, true, operation{}
			continue
		}
		if !found || o.ended || x.Request.Method != "GET" || x.Step == Reference {
			continue
		}
		switch target(x) {
		case "status":
			o.polls++
			o.ended = final(stringField(view(x), "status"))
		case "compute":
			o.ended = isMain && (final(stringField(properties(view(x)), "provisioningState")) && method == "PUT" || x.Response.Status == 404 && method == "DELETE")
		}
		if o.ended {
			o.took = time.Duration(x.At - began)
		}
	}
	return o, found
}

func final(state string) bool {
	return slices.Contains([]string{"succeeded", "failed", "canceled", "cancelled", "completed"}, strings.ToLower(state))
}
