package azureml

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The shapes in which the service was seen to list a compute's provisioning errors.
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
		"a sentence":  {`"it broke"`, []ErrorInfo{{Message: "it broke"}}},
		"wrong types": {`[{"code": 7, "message": ["x"]}]`, []ErrorInfo{{Code: "7", Message: `["x"]`}}},
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

func TestErrorInfoReadsAsLines(t *testing.T) {
	info := ErrorInfo{Code: "A", Message: "a happened", Details: []ErrorDetail{{"B", "b did"}, {"", "c"}}}
	if got, want := info.String(), "A: a happened\n  - B: b did\n  - c"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
