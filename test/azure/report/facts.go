package report

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/test/azure/steps"
)

// The facts in this file depend on more than one exchange.

// documents returns the first compute's JSON in all replies, in order.
func documents(recording *emulator.Recording) []map[string]any {
	var all []map[string]any
	for _, x := range recording.Exchanges {
		if x.Step == Reference || x.Response.Status/100 != 2 {
			continue
		}
		if strings.EqualFold(x.Request.Path, recording.ComputeID()) {
			if document := view(x); document != nil {
				all = append(all, document)
			}
		}
		if element := element(recording, x); element != nil {
			all = append(all, element)
		}
	}
	return all
}

// element returns the first compute from a page of the list; nil if it is not there.
func element(recording *emulator.Recording, x emulator.Exchange) map[string]any {
	if target(x) != "list" {
		return nil
	}
	values, _ := view(x)["value"].([]any)
	for _, value := range values {
		object, _ := value.(map[string]any)
		if strings.HasSuffix(strings.ToLower(recording.ComputeID()), "/"+strings.ToLower(stringField(object, "name"))) {
			return object
		}
	}
	return nil
}

// states returns the states of all computes.
func states(recording *emulator.Recording) []string {
	all := each(func(x emulator.Exchange) bool {
		return target(x) == "compute" && properties(view(x))["provisioningState"] != nil
	}, stateOf)(recording)
	for _, document := range documents(recording) {
		if state, there := properties(document)["provisioningState"]; there && !slices.Contains(all, fmt.Sprint(state)) {
			all = append(all, fmt.Sprint(state))
		}
	}
	return all
}

// firstAfterSecond compares the state of the first compute before and after the second
// attach, provided that the first attach succeeded.
func firstAfterSecond(recording *emulator.Recording) []string {
	before := each(both(in(steps.Read), found), stateOf)(recording)
	if len(before) != 1 || !strings.EqualFold(before[0], "Succeeded") {
		return nil
	}
	return each(both(in(steps.ReadFirst), about("compute")), func(x emulator.Exchange) string {
		if state := stateOf(x); state != before[0] {
			return state
		}
		return "as before"
	})(recording)
}

// computeLocation compares the attached compute's region with the account's.
func computeLocation(recording *emulator.Recording) []string {
	account := ""
	for _, x := range recording.Exchanges {
		if target(x) == "Batch account" && x.Response.Status == 200 {
			account = stringField(view(x), "location")
		}
	}
	if account == "" {
		return nil // The account could not be read.
	}
	return each(both(in(steps.Read), found), func(x emulator.Exchange) string {
		location := stringField(properties(view(x)), "computeLocation")
		switch {
		case location == "":
			return "absent, null or empty"
		case short(location) == short(account):
			return "the Batch account's region"
		}
		return "another region than the Batch account's"
	})(recording)
}

func short(region string) string { return strings.ToLower(strings.ReplaceAll(region, " ", "")) }

var expectedDate = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,7})?\+00:00$`)

func dates(recording *emulator.Recording) []string {
	var all []string
	for _, document := range documents(recording) {
		for _, name := range []string{"createdOn", "modifiedOn"} {
			fact := "in the expected form"
			if value, there := properties(document)[name]; !there {
				fact = name + " absent"
			} else if date := fmt.Sprint(value); !expectedDate.MatchString(date) {
				fact = name + " like " + date
			}
			if !slices.Contains(all, fact) {
				all = append(all, fact)
			}
		}
	}
	return all
}

func created(recording *emulator.Recording) []string {
	var all []string
	for _, document := range documents(recording) {
		if date := stringField(properties(document), "createdOn"); date != "" && !slices.Contains(all, date) {
			all = append(all, date)
		}
	}
	switch len(all) {
	case 0:
		return nil
	case 1:
		return []string{"the same in all replies"}
	}
	return []string{fmt.Sprintf("%d different ones", len(all))}
}

// ids compares the ids in the replies with those that were sent.
func ids(recording *emulator.Recording) []string {
	var all []string
	for _, document := range documents(recording) {
		for name, pair := range map[string][2]string{
			"id":         {stringField(document, "id"), recording.ComputeID()},
			"resourceId": {stringField(properties(document), "resourceId"), recording.BatchAccountID()},
		} {
			fact := "as sent"
			switch {
			case pair[0] == pair[1]:
			case pair[0] == "":
				fact = name + " absent or null"
			case strings.EqualFold(pair[0], pair[1]):
				fact = name + " in another letter case"
			default:
				fact = "another " + name
			}
			if !slices.Contains(all, fact) {
				all = append(all, fact)
			}
		}
	}
	slices.Sort(all)
	return all
}

// listed says how soon the list has the compute after the attach.
func listed(recording *emulator.Recording) []string {
	var began *emulator.Exchange
	for _, x := range recording.Exchanges {
		if x.Step != steps.ListAfter || x.Response.Status != 200 || target(x) != "list" {
			continue
		}
		if began == nil {
			began = &x
		}
		// A compute on a later page of the first list is there at once, too.
		later := x.At != began.At && !strings.Contains(strings.ToLower(x.Request.Query), "skip")
		if element(recording, x) != nil {
			if !later {
				return []string{"in the first list"}
			}
			return []string{"in the list " + seconds(time.Duration(x.At-began.At)) + " after the attach was over"}
		}
	}
	if began == nil {
		return nil
	}
	return []string{"not in the list"}
}

// listShape says which fields a list has, and how an element differs from a GET.
func listShape(recording *emulator.Recording) []string {
	var all []string
	add := func(fact string) {
		if !slices.Contains(all, fact) {
			all = append(all, fact)
		}
	}
	var read *emulator.Exchange
	for _, x := range recording.Exchanges {
		if x.Step == steps.Read && found(x) {
			read = &x
		}
	}
	for _, x := range recording.Exchanges {
		if target(x) != "list" || x.Response.Status != 200 {
			continue
		}
		for name, value := range view(x) {
			if more, _ := value.(string); name != "nextLink" || more == "" {
				add("has `" + name + "`")
			}
		}
		if one := element(recording, x); one != nil && read != nil && x.Step == steps.ListAfter {
			for _, difference := range elementDifferences(one, view(*read)) {
				add(difference)
			}
		}
	}
	slices.Sort(all)
	return all
}

func elementDifferences(one, read map[string]any) []string {
	listed, single := map[string]string{}, map[string]string{}
	walk(listed, "", "", any(one))
	walk(single, "", "", any(read))
	var all []string
	for path := range single {
		if listed[path] != single[path] {
			all = append(all, fmt.Sprintf("an element has `%s` %s, a GET %s", path, orAbsent(listed[path]), single[path]))
		}
	}
	for path := range listed {
		if single[path] == "" {
			all = append(all, fmt.Sprintf("an element has `%s`, a GET does not", path))
		}
	}
	if len(all) == 0 {
		return []string{"an element is the same as in a GET"}
	}
	return all
}

// whileDetaching says whether a GET finds the compute during the detach. It counts only if
// a later poll shows that the detach was in progress.
func whileDetaching(recording *emulator.Recording) []string {
	var fact []string
	for _, x := range recording.Exchanges {
		switch {
		case x.Step == steps.ReadDetaching && target(x) == "compute":
			fact = []string{foundOrNot(x)}
		case x.Step == steps.FollowDetach && target(x) == "status" && x.Response.Status == 200 && !final(stringField(view(x), "status")):
			return fact
		}
	}
	return nil
}

// gone says whether the first GET after the detach finds nothing.
func gone(recording *emulator.Recording) []string {
	over, since := false, emulator.Span(0)
	for _, x := range recording.Exchanges {
		if x.Step != steps.FollowDetach && x.Step != steps.Gone {
			continue
		}
		switch {
		case target(x) == "status":
			over, since = final(stringField(view(x), "status")), x.At
		case over && x.Request.Method == http.MethodGet && target(x) == "compute":
			if x.Response.Status != 404 {
				continue
			}
			if d := time.Duration(x.At - since); d > 2*time.Second {
				return []string{"still there for " + seconds(d)}
			}
			return []string{"gone at once"}
		}
	}
	return nil
}
