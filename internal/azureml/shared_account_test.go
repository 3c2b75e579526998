package azureml

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// Computes with one Batch account are found in whatever order and letter case they are listed.
// The last one that was attached breaks the others, if the service says which one that is.
func TestSharedAccounts(t *testing.T) {
	compute := func(name, account string, second int) *BatchCompute {
		c := &BatchCompute{Name: name, ClusterResourceID: account}
		if second > 0 {
			c.CreatedOn = time.Date(2026, 1, 2, 3, 4, second, 0, time.UTC)
		}
		return c
	}
	for name, test := range map[string]struct {
		computes []*BatchCompute
		want     string // each account's computes, broken ones in parentheses
	}{
		"nothing":           {nil, ""},
		"one of each":       {[]*BatchCompute{compute("a", "/x", 1), compute("b", "/y", 1)}, ""},
		"two":               {[]*BatchCompute{compute("b", "/x", 2), compute("c", "/y", 1), compute("a", "/X", 1)}, "(a) b"},
		"three":             {[]*BatchCompute{compute("c", "/x", 1), compute("b", "/x", 3), compute("a", "/x", 2)}, "(c) (a) b"},
		"two of each":       {[]*BatchCompute{compute("d", "/y", 1), compute("b", "/x", 1), compute("a", "/x", 2), compute("c", "/Y", 2)}, "(b) a, (d) c"},
		"at the same time":  {[]*BatchCompute{compute("B", "/x", 1), compute("a", "/x", 1)}, "a B"},
		"last at one time":  {[]*BatchCompute{compute("c", "/x", 2), compute("b", "/x", 2), compute("a", "/x", 1)}, "a b c"},
		"first at one time": {[]*BatchCompute{compute("c", "/x", 2), compute("b", "/x", 1), compute("a", "/x", 1)}, "(a) (b) c"},
		"not said of one":   {[]*BatchCompute{compute("a", "/x", 1), compute("b", "/x", 0)}, "b a"},
		"incomplete":        {[]*BatchCompute{compute("a", "", 1), compute("b", "", 2), compute("", "/x", 1), compute("", "/x", 2)}, ""},
	} {
		before := slices.Clone(test.computes)
		var accounts []string
		for _, shared := range sharedAccounts(test.computes) {
			var names []string
			for _, c := range shared.Computes {
				if slices.Contains(shared.Broken(), c) {
					names = append(names, fmt.Sprintf("(%s)", c.Name))
				} else {
					names = append(names, c.Name)
				}
			}
			accounts = append(accounts, strings.Join(names, " "))
		}
		if got := strings.Join(accounts, ", "); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
		if !slices.Equal(before, test.computes) {
			t.Errorf("%s: the list was changed", name)
		}
	}
}
