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

// check finds the facts of a run that confirm or refute a guess.
type check struct {
	// facts returns what the exchanges show; none if they do not concern the guess.
	facts func(*emulator.Recording) []string
	// exact requires the same facts as in the emulator's run. Otherwise Azure may show
	// only some of them, as a run observes only some of the states.
	exact bool
}

// checks are the checks of the guesses that a run can observe, by id.
var checks = map[string]check{
	"attach-status":    {each(accepted(http.MethodPut), status), false},
	"attach-headers":   {each(accepted(http.MethodPut), operationHeaders), false},
	"attach-body":      {shapes(both(in(steps.Attach), accepted(http.MethodPut))), true},
	"status-url":       {each(both(accepted(http.MethodPut, http.MethodDelete), withStatusURL), statusURL), false},
	"poll-in-progress": {shapes(poll(func(state string) bool { return !final(state) })), true},
	"poll-succeeded":   {shapes(poll(func(state string) bool { return strings.EqualFold(state, "Succeeded") })), true},
	"poll-headers":     {each(poll(func(string) bool { return true }), operationHeaders), false},
	"poll-failed":      {each(poll(func(state string) bool { return final(state) && !strings.EqualFold(state, "Succeeded") }), failedPoll), false},

	"compute-states":      {states, false},
	"compute-shape":       {shapes(both(in(steps.Read), attached)), true},
	"compute-location":    {computeLocation, false},
	"compute-tags":        {each(both(in(steps.Read), found), tags), false},
	"compute-description": {each(both(in(steps.Read), found), description), false},
	"compute-dates":       {dates, false},
	"compute-created":     {created, false},
	"compute-ids":         {ids, false},
	"visible-at-once":     {each(both(in(steps.ReadEarly), about("compute")), foundOrNot), false},
	"list-at-once":        {listed, false},
	"list-shape":          {listShape, false},
	"absent":              {each(both(in(steps.Absent), about("compute")), absence), false},

	"detach-status":           {each(accepted(http.MethodDelete), status), false},
	"detach-headers":          {each(accepted(http.MethodDelete), operationHeaders), false},
	"detach-body":             {shapes(accepted(http.MethodDelete)), true},
	"visible-while-detaching": {whileDetaching, false},
	"gone-at-once":            {gone, false},
	"common-headers":          {each(succeeded, commonHeaders), false},

	"second-attach":       {each(both(in(steps.Second), method(http.MethodPut)), outcome), false},
	"second-attach-first": {firstAfterSecond, false},

	"error-shape":    {shapesWithoutWords(providersError), true},
	"conflict":       {each(refused(func(status int) bool { return status == 409 }), outcome), false},
	"refusal":        {each(refused(func(status int) bool { return status != 409 && status != 429 && status < 500 }), outcome), false},
	"failed-compute": {each(failed, failedCompute), false},
}

type (
	filter func(emulator.Exchange) bool
	aspect func(emulator.Exchange) string
)

// each returns the distinct values of an aspect of the exchanges.
func each(wanted filter, see aspect) func(*emulator.Recording) []string {
	return func(recording *emulator.Recording) []string {
		var all []string
		for _, x := range recording.Exchanges {
			if !wanted(x) {
				continue
			}
			if fact := see(x); !slices.Contains(all, fact) {
				all = append(all, fact)
			}
		}
		return all
	}
}

// shapes returns the shapes of the replies as facts, with their status.
func shapes(wanted filter) func(*emulator.Recording) []string {
	return func(recording *emulator.Recording) []string {
		var all []string
		for _, x := range recording.Exchanges {
			if wanted(x) {
				all = append(all, "status "+status(x))
				all = append(all, lines(shape(x.Response.Body))...)
			}
		}
		slices.Sort(all)
		return slices.Compact(all)
	}
}

var quotedWord = regexp.MustCompile(`"[^"]*"$`)

// shapesWithoutWords ignores the values of words: each error has its own code.
func shapesWithoutWords(wanted filter) func(*emulator.Recording) []string {
	return func(recording *emulator.Recording) []string {
		var all []string
		for _, x := range recording.Exchanges {
			if wanted(x) {
				for _, line := range lines(shape(x.Response.Body)) {
					all = append(all, quotedWord.ReplaceAllString(line, "string"))
				}
			}
		}
		slices.Sort(all)
		return slices.Compact(all)
	}
}

func both(one, other filter) filter {
	return func(x emulator.Exchange) bool { return one(x) && other(x) }
}

func in(step string) filter { return func(x emulator.Exchange) bool { return x.Step == step } }

func about(what string) filter { return func(x emulator.Exchange) bool { return target(x) == what } }

func method(name string) filter {
	return func(x emulator.Exchange) bool { return x.Request.Method == name }
}

// accepted selects writes that the service accepted.
func accepted(methods ...string) filter {
	return func(x emulator.Exchange) bool {
		return x.Step != Reference && slices.Contains(methods, x.Request.Method) && x.Response.Status/100 == 2
	}
}

// refused selects writes that the service refused.
func refused(wanted func(status int) bool) filter {
	return func(x emulator.Exchange) bool {
		return x.Request.Method != http.MethodGet && x.Response.Status >= 400 && wanted(x.Response.Status)
	}
}

// found selects reads that found a compute.
func found(x emulator.Exchange) bool { return target(x) == "compute" && x.Response.Status == 200 }

// attached selects reads of a compute whose attach succeeded.
func attached(x emulator.Exchange) bool {
	return found(x) && strings.EqualFold(stateOf(x), "Succeeded")
}

// succeeded selects all replies about computes except errors.
func succeeded(x emulator.Exchange) bool {
	return slices.Contains([]string{"compute", "list", "status"}, target(x)) && x.Response.Status/100 == 2
}

// poll selects polls whose reply has such a state.
func poll(wanted func(state string) bool) filter {
	return func(x emulator.Exchange) bool {
		return target(x) == "status" && x.Response.Status == 200 && wanted(stringField(view(x), "status"))
	}
}

// providersError selects errors of the machine learning provider that have a body.
func providersError(x emulator.Exchange) bool {
	return x.Response.Status >= 400 && len(x.Response.Body) > 0 && x.Response.Header("x-ms-failure-cause") == ""
}

// failed selects reads of a compute whose attach failed.
func failed(x emulator.Exchange) bool {
	state := stringField(properties(view(x)), "provisioningState")
	return found(x) && x.Request.Method == http.MethodGet && final(state) && !strings.EqualFold(state, "Succeeded")
}

// operationHeaders lists the headers that tell how to follow an operation.
func operationHeaders(x emulator.Exchange) string {
	var there []string
	for _, name := range []string{"Azure-AsyncOperation", "Location", "Operation-Location", "Retry-After"} {
		if x.Response.Header(name) != "" {
			there = append(there, name)
		}
	}
	return listOrNone(there)
}

func listOrNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

var (
	operationID = regexp.MustCompile(`(?i)(/computeOperationsStatus/)[^?]*`)
	sizedValue  = regexp.MustCompile(`=\{[a-z]+:\d+\}`)
)

func withStatusURL(x emulator.Exchange) bool { return x.Response.Header("Azure-AsyncOperation") != "" }

// statusURL returns the address of an operation's status, without the parts that differ
// each time.
func statusURL(x emulator.Exchange) string {
	address := operationID.ReplaceAllString(x.Response.Header("Azure-AsyncOperation"), "$1…")
	return sizedValue.ReplaceAllString(address, "=…")
}

func failedPoll(x emulator.Exchange) string {
	document := view(x)
	_, withError := document["error"].(map[string]any)
	return fmt.Sprintf("%s, status %s, with an error: %v", status(x), stringField(document, "status"), withError)
}

func tags(x emulator.Exchange) string {
	value, there := view(x)["tags"]
	object, _ := value.(map[string]any)
	switch {
	case !there:
		return "absent"
	case value == nil:
		return "null"
	case object[steps.TagName] == steps.TagValue:
		return "kept"
	case len(object) == 0:
		return "an empty object"
	}
	return "not those that were sent"
}

func description(x emulator.Exchange) string {
	value, there := properties(view(x))["description"]
	switch {
	case !there:
		return "absent"
	case value == steps.Description:
		return "kept"
	case value == nil:
		return "null"
	}
	return "not the one that was sent"
}

func foundOrNot(x emulator.Exchange) string {
	if x.Response.Status == 200 {
		return "found"
	}
	return status(x)
}

func stateOf(x emulator.Exchange) string {
	if x.Response.Status/100 != 2 {
		return status(x)
	}
	return stringField(properties(view(x)), "provisioningState")
}

// absence describes how the service reports that a compute does not exist.
func absence(x emulator.Exchange) string {
	facts := []string{status(x)}
	if len(x.Response.Body) == 0 {
		facts = append(facts, "no body")
	} else {
		facts = append(facts, "body "+strings.Join(lines(shape(x.Response.Body)), ", "))
	}
	for _, name := range []string{"Content-Type", "x-ms-response-type", "x-ms-failure-cause"} {
		if value := x.Response.Header(name); value != "" {
			facts = append(facts, name+" "+value)
		}
	}
	return strings.Join(facts, ", ")
}

// outcome describes the reply to a write.
func outcome(x emulator.Exchange) string {
	if x.Response.Status/100 == 2 {
		return status(x)
	}
	inner, _ := view(x)["error"].(map[string]any)
	if code := stringField(inner, "code"); code != "" {
		return status(x) + " " + code
	}
	return status(x) + " without a code"
}

func failedCompute(x emulator.Exchange) string {
	_, withErrors := properties(view(x))["provisioningErrors"].([]any)
	return fmt.Sprintf("%s, with provisioningErrors: %v", stateOf(x), withErrors)
}

// commonHeaders lists the headers that each reply of the service should have.
func commonHeaders(x emulator.Exchange) string {
	var there []string
	for name := range x.Response.Headers {
		lower := strings.ToLower(name)
		if strings.HasPrefix(lower, "x-ms-") && !strings.Contains(lower, "client-request-id") && !strings.Contains(lower, "timeout") {
			there = append(there, lower)
		}
	}
	slices.Sort(there)
	return x.Request.Method + ": " + listOrNone(there)
}

// seconds formats a duration, rounded to a tenth of a second.
func seconds(d time.Duration) string { return d.Round(100 * time.Millisecond).String() }
