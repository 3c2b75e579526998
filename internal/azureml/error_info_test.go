package azureml

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The shapes that a compute's provisioning errors are known to have.
func TestDecodeErrors(t *testing.T) {
	for name, test := range map[string]struct {
		payload string
		want    []ErrorInfo
	}{
		"null":        {`null`, nil},
		"empty list":  {`[]`, nil},
		"empty error": {`[{}]`, nil},
		"empty words": {`["", {"additionalInfo": [{}]}]`, nil},
		"the first line again, further down": {
			`[{"code": "A", "error": {"code": "B", "error": {"code": "A"}}}]`,
			[]ErrorInfo{{Code: "A", Details: []ErrorDetail{{"B", ""}}}},
		},
		"one": {
			`[{"code": "A", "message": "a happened", "target": "x"}]`,
			[]ErrorInfo{{Code: "A", Message: "a happened", Target: "x"}},
		},
		"an object in place of a list": {
			`{"code": "A", "message": "a happened"}`,
			[]ErrorInfo{{Code: "A", Message: "a happened"}},
		},
		"only nested": {
			`[{"error": {"code": "A", "message": "a happened", "details": [{"code": "B", "message": "b did"}]}}]`,
			[]ErrorInfo{{Code: "A", Message: "a happened", Details: []ErrorDetail{{"B", "b did"}}}},
		},
		"nested twice": {
			`[{"error": {"error": {"code": "A", "message": "a happened"}}}]`,
			[]ErrorInfo{{Code: "A", Message: "a happened"}},
		},
		"with an error that says the same, and more below": {
			`[{"code": "InternalServerError", "message": "It failed", "error": {"code": "InternalServerError", "statusCode": 500, "message": "It failed",
			   "details": [{"code": "Quota", "message": "There is none left"}, {"code": "Hint", "message": "Ask for more", "details": [{"message": "or for less"}]}]}}]`,
			[]ErrorInfo{{Code: "InternalServerError", Message: "It failed", Details: []ErrorDetail{{"Quota", "There is none left"}, {"Hint", "Ask for more"}, {"", "or for less"}}}},
		},
		"code is a sentence": {
			`[{"code": "The account cannot be reached."}]`,
			[]ErrorInfo{{Code: "The account cannot be reached."}},
		},
		"inner error and additional info": {
			`[{"code": "A", "message": "a", "innerError": {"code": "B", "message": "b"}, "additionalInfo": [{"type": "Policy", "info": {"name": "p"}}]}]`,
			[]ErrorInfo{{Code: "A", Message: "a", Details: []ErrorDetail{{"B", "b"}, {"Policy", `{"name":"p"}`}}}},
		},
		"a message, and the rest below": {
			`[{"message": "a", "error": {"code": "B", "message": "b"}}]`,
			[]ErrorInfo{{Message: "a", Details: []ErrorDetail{{"B", "b"}}}},
		},
		"details alone": {`[{"details": [{"code": "B", "message": "b"}]}]`, []ErrorInfo{{Details: []ErrorDetail{{"B", "b"}}}}},
		"the same line below itself": {
			`[{"code": "A", "details": [{"code": "B", "innererror": {"code": "B", "innererror": {"code": "C"}}}]}]`,
			[]ErrorInfo{{Code: "A", Details: []ErrorDetail{{"B", ""}, {"C", ""}}}},
		},
		"the same line below an empty one": {
			`[{"code": "A", "details": [{"code": "B", "details": [{"details": [{"code": "B"}]}]}]}]`,
			[]ErrorInfo{{Code: "A", Details: []ErrorDetail{{"B", ""}}}},
		},
		"additional info that is none":  {`[{"code": "A", "additionalInfo": [7, "x"]}]`, []ErrorInfo{{Code: "A", Details: []ErrorDetail{}}}},
		"additional info that is empty": {`[{"code": "A", "additionalInfo": [{}]}]`, []ErrorInfo{{Code: "A", Details: []ErrorDetail{}}}},
		"a sentence":                    {`"it broke"`, []ErrorInfo{{Message: "it broke"}}},
		"a number":                      {`7`, []ErrorInfo{{Message: "7"}}},
		"a message alone":               {`[{"message": "a"}]`, []ErrorInfo{{Message: "a"}}},
		"details that are sentences":    {`[{"code": "A", "details": ["b", 7, null]}]`, []ErrorInfo{{Code: "A", Details: []ErrorDetail{{"", "b"}, {"", "7"}}}}},
		"wrong types":                   {`[{"code": 7, "message": ["x"]}]`, []ErrorInfo{{Code: "7", Message: `["x"]`}}},
	} {
		t.Run(name, func(t *testing.T) {
			var document any
			if err := json.Unmarshal([]byte(test.payload), &document); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, decodeErrors(document)); diff != "" {
				t.Errorf("the errors decode differently (-want +got):\n%s", diff)
			}
		})
	}
}

// A hundred errors, and a hundred details of one, are kept; the rest is only counted.
func TestDecodeManyErrors(t *testing.T) {
	for count, more := range map[int]string{maxErrors: "", maxErrors + 1: "1 more", maxErrors + 7: "7 more"} {
		many := make([]any, count)
		for i := range many {
			many[i] = map[string]any{"code": fmt.Sprint("E", i)}
		}
		errors := decodeErrors(many)
		details := decodeErrors(map[string]any{"code": "A", "details": many})[0].Details
		kept := maxErrors
		if more != "" {
			kept++
		}
		if len(errors) != kept || len(details) != kept {
			t.Fatalf("of %d there are %d errors and %d details, want %d", count, len(errors), len(details), kept)
		}
		if errors[maxErrors-1].Code != "E99" || details[maxErrors-1].Code != "E99" {
			t.Errorf("of %d the last ones are %v and %v", count, errors[maxErrors-1], details[maxErrors-1])
		}
		last, lastDetail := errors[kept-1].Message, details[kept-1].Message
		if more != "" && (last != more+" errors are left out." || lastDetail != more+" details are left out.") || more == "" && last+lastDetail != "" {
			t.Errorf("of %d it says %q and %q", count, last, lastDetail)
		}
	}
}

// Errors are equal only if all of their fields are.
func TestErrorInfoEqual(t *testing.T) {
	all := ErrorInfo{"A", "a", "t", []ErrorDetail{{"B", "b"}}}
	if !all.equal(ErrorInfo{"A", "a", "t", []ErrorDetail{{"B", "b"}}}) {
		t.Error("it is not equal to itself")
	}
	for _, other := range []ErrorInfo{
		{"X", "a", "t", all.Details}, {"A", "x", "t", all.Details}, {"A", "a", "x", all.Details}, {"A", "a", "t", []ErrorDetail{{"B", "x"}}}, {"A", "a", "t", nil},
	} {
		if all.equal(other) {
			t.Errorf("it is equal to %v", other)
		}
	}
}

func TestErrorInfoOfACodeAlone(t *testing.T) {
	if got := (ErrorInfo{Code: "A", Details: []ErrorDetail{{"B", ""}}}).String(); got != "A\n  - B" {
		t.Errorf("got %q", got)
	}
}

func TestErrorInfoReadsAsLines(t *testing.T) {
	info := ErrorInfo{Code: "A", Message: "a happened", Details: []ErrorDetail{{"B", "b did"}, {"", "c"}}}
	if got, want := info.String(), "A: a happened\n  - B: b did\n  - c"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
