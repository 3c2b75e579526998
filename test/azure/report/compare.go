package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// target is what a request is about.
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

// row is what the requests of one kind in one step were answered.
type row struct {
	step, request   string
	azure, emulated *group
	differences     []string
}

// group is one reply, and how often in turn it came.
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

// keysInOrder are the kinds of requests; those that only the emulator got come last.
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

// grouped are the exchanges of each kind, those that are alike taken together.
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

// pairs finds for each reply of Azure the emulator's: one of the same status and state, or
// else the next that is left.
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

// mark tells the replies to one kind of request apart.
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
		return out // The emulator has only as much of them as it needs.
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

// operation is how long an attach or a detach took, and how often it was polled.
type operation struct {
	took  time.Duration
	polls int
	ended bool
}

// operationOf follows the operation that a method began on the first compute. It is over
// when it was first seen to be.
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
