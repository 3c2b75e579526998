package azureml

import (
	"slices"
	"strings"
)

// SharedAccount is a Batch account that several computes of one workspace have. Azure's
// documentation: each new attachment breaks the earlier ones.
type SharedAccount struct {
	// Computes are two or more, in the order in which they were attached.
	Computes []*BatchCompute
}

// Broken are the computes that a later attachment has broken. It is nil when the service
// does not say when each was attached, or when the last two were attached at the same
// time.
func (s *SharedAccount) Broken() []*BatchCompute {
	last := len(s.Computes) - 1
	if s.Computes[0].CreatedOn.IsZero() || s.Computes[last-1].CreatedOn.Equal(s.Computes[last].CreatedOn) {
		return nil
	}
	return s.Computes[:last]
}

// sharedAccounts finds the Batch accounts that several computes of one workspace have,
// sorted by id. A compute whose attach failed, or that is being detached, breaks none, so it
// does not count.
func sharedAccounts(computes []*BatchCompute) []*SharedAccount {
	sorted := slices.DeleteFunc(slices.Clone(computes), func(c *BatchCompute) bool { return c.Lacks() != "" || c.Failed() || c.Deleting() })
	slices.SortFunc(sorted, func(a, b *BatchCompute) int {
		if order := compareFold(a.ClusterResourceID, b.ClusterResourceID); order != 0 {
			return order
		}
		if order := a.CreatedOn.Compare(b.CreatedOn); order != 0 {
			return order
		}
		return compareFold(a.Name, b.Name)
	})
	var shared []*SharedAccount
	for len(sorted) > 0 {
		n := 1
		for n < len(sorted) && EqualIDs(sorted[n].ClusterResourceID, sorted[0].ClusterResourceID) {
			n++
		}
		if n > 1 {
			shared = append(shared, &SharedAccount{Computes: sorted[:n]})
		}
		sorted = sorted[n:]
	}
	return shared
}

// compareFold compares without regard to letter case.
func compareFold(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }
