package azureml

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
)

// maxPages and maxComputes are where a list is given up: a workspace has some hundred
// computes, and the service may send a reader round for ever.
const maxPages, maxComputes = 1000, 10_000

// BatchComputes yields the workspace's Batch computes, page by page as they are
// needed, in the service's order: ComputeTarget.list of the Python class. Computes of
// other types are skipped without decoding. An error ends it. A service may list a
// compute that it knows only half: without a name, or without a Batch account.
func (w *Workspace) BatchComputes(ctx context.Context) iter.Seq2[*BatchCompute, error] {
	return func(yield func(*BatchCompute, error) bool) {
		address := w.client.address(w.ID.path() + "/computes")
		seen, count := map[string]bool{}, 0
		for address != "" {
			computes, next, err := w.page(ctx, address)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, compute := range computes {
				if !yield(compute, nil) {
					return
				}
			}
			count += len(computes)
			if next != "" && (len(seen)+1 >= maxPages || count >= maxComputes) {
				yield(nil, fmt.Errorf("the list of computes of workspace %q has no end: %d pages with %d Batch computes were read", w.ID.Name, len(seen)+1, count))
				return
			}
			// A service that sends its reader in circles must not hold it for ever.
			seen[address] = true
			if seen[next] {
				yield(nil, fmt.Errorf("the list of computes of workspace %q leads back to a page that was read already", w.ID.Name))
				return
			}
			address = next
		}
	}
}

// page reads one page of the list, and the address of the next; empty after the last.
func (w *Workspace) page(ctx context.Context, address string) ([]*BatchCompute, string, error) {
	document, response, err := w.client.get(ctx, address)
	if err != nil {
		return nil, "", err
	}
	values, ok := document["value"].([]any)
	if !ok {
		return nil, "", malformed(response, errors.New(`the list has no "value"`))
	}
	var computes []*BatchCompute
	for _, value := range values {
		if compute := listed(w, value); compute != nil {
			computes = append(computes, compute)
		}
	}
	next, err := w.nextPage(document, response)
	return computes, next, err
}

// listed reads an element of the list; nil when it is not a Batch compute.
func listed(w *Workspace, value any) *BatchCompute {
	object, _ := value.(map[string]any)
	compute, err := decodeCompute(w, "", object)
	if err != nil {
		return nil
	}
	return compute
}

func (w *Workspace) nextPage(document map[string]any, response *http.Response) (string, error) {
	next := said(document["nextLink"])
	if next != "" && !w.client.trusts(next) {
		return "", malformed(response, fmt.Errorf("the list goes on at %s, which is not the configured Resource Manager; "+
			"the token is not sent there", hostAndPathOf(next)))
	}
	return next, nil
}
