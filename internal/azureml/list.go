package azureml

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"
)

// maxPages and maxComputes bound a list: a workspace has some hundred computes, and next
// links may never end.
const maxPages, maxComputes = 1000, 10_000

// BatchComputes yields the workspace's Batch computes, page by page as they are needed, in
// the service's order: ComputeTarget.list of the Python class. Computes of other types are
// skipped without decoding, and so are repeated ones: pages shift when a compute is added
// meanwhile. An error ends it. A listed compute may be incomplete, see
// [BatchCompute.Lacks].
func (w *Workspace) BatchComputes(ctx context.Context) iter.Seq2[*BatchCompute, error] {
	return func(yield func(*BatchCompute, error) bool) {
		for computes, err := range w.pages(ctx) {
			if err != nil {
				yield(nil, err)
				return
			}
			for _, compute := range computes {
				if !yield(compute, nil) {
					return
				}
			}
		}
	}
}

// pages yields the Batch computes of each page of the workspace's list.
func (w *Workspace) pages(ctx context.Context) iter.Seq2[[]*BatchCompute, error] {
	return func(yield func([]*BatchCompute, error) bool) {
		of, count, seen := fmt.Sprintf("computes of workspace %q", w.ID.Name), 0, map[string]bool{}
		for elements, err := range w.client.pages(ctx, w.client.resourceURL(w.ID.path()+"/computes"), of) {
			if count >= maxComputes {
				yield(nil, fmt.Errorf("the list of %s has no end: %d Batch computes were read", of, count))
				return
			}
			var computes []*BatchCompute
			for _, element := range elements {
				compute := listed(w, element)
				if compute == nil {
					continue
				}
				count++
				if key := strings.ToLower(compute.Name); key == "" || !seen[key] {
					seen[key] = true
					computes = append(computes, compute)
				}
			}
			if !yield(computes, err) {
				return
			}
		}
	}
}

// listed reads an element of the list; nil when it is not a Batch compute.
func listed(w *Workspace, element any) *BatchCompute {
	object, _ := element.(map[string]any)
	compute, err := decodeCompute(w, "", object)
	if err != nil {
		return nil
	}
	return compute
}

// pages yields the elements of each page of a list, which is read when it is needed. An
// error ends it, and says what the list is of.
func (c *Client) pages(ctx context.Context, address, of string) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		seen := map[string]bool{}
		for address != "" {
			elements, next, err := c.page(ctx, address)
			if !yield(elements, err) || err != nil {
				return
			}
			// Next links may form a circle.
			seen[address] = true
			if next != "" && len(seen) >= maxPages {
				yield(nil, fmt.Errorf("the list of %s has no end: %d pages were read", of, len(seen)))
				return
			}
			if seen[next] {
				yield(nil, fmt.Errorf("the list of %s leads back to a page that was read already", of))
				return
			}
			address = next
		}
	}
}

// page reads one page of a list, and the address of the next; empty after the last.
func (c *Client) page(ctx context.Context, address string) ([]any, string, error) {
	c.reads.wait(ctx)
	document, response, err := c.get(ctx, address)
	if err != nil {
		return nil, "", err
	}
	value, exists := document["value"]
	elements, ok := value.([]any)
	if !ok && (value != nil || !exists) { // null is an empty page
		return nil, "", malformed(response, errors.New(`the list has no "value"`)).quoting(document)
	}
	next, err := c.nextPage(document, response)
	return elements, next, err
}

func (c *Client) nextPage(document map[string]any, response *http.Response) (string, error) {
	next := stringOf(document["nextLink"])
	if next != "" && !c.trusts(next) {
		return "", malformed(response, fmt.Errorf("the list goes on at %s, which is not the configured Resource Manager; "+
			"the token is not sent there", hostAndPathOf(next)))
	}
	return next, nil
}
