// Package wire sits between the verification and Azure: a guard blocks every request that
// could change anything except the computes of this run, and a recorder records the rest.
package wire

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// Guard refuses every write except the attach and the detach of its computes.
type Guard struct {
	// Manager is the Resource Manager endpoint. Requests to other hosts, such as for
	// signing in, pass unchecked.
	Manager Manager
	// Computes are the ids of this run's computes.
	Computes []string

	mutex  sync.Mutex
	absent map[string]bool
	sent   map[string]bool
}

// Through forwards requests to next, unless they are refused.
func (g *Guard) Through(next policy.Transporter) policy.Transporter {
	return transport(func(request *http.Request) (*http.Response, error) {
		path, ok := g.Manager.Path(request.URL)
		if !ok {
			return next.Do(request)
		}
		if why := g.refuse(request, path); why != "" {
			return nil, &refusedError{request.Method, request.URL.Path, why}
		}
		response, err := next.Do(request)
		if err == nil && request.Method == http.MethodGet && response.StatusCode == http.StatusNotFound {
			g.mutex.Lock()
			defer g.mutex.Unlock()
			add(&g.absent, path)
		}
		return response, err
	})
}

// Attached reports whether the attach of a compute has been sent, whatever its result.
func (g *Guard) Attached(id string) bool {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return g.sent[strings.ToLower(id)]
}

// refuse returns why a request must not be sent; empty if it may be.
func (g *Guard) refuse(request *http.Request, path string) string {
	if request.Method == http.MethodGet {
		return ""
	}
	if !slices.Contains(g.Computes, path) {
		return "it is not about a compute of this run"
	}
	g.mutex.Lock()
	defer g.mutex.Unlock()
	switch request.Method {
	case http.MethodPut:
		if !g.absent[strings.ToLower(path)] {
			return "no read has shown that the name is free"
		}
		add(&g.sent, path)
		return ""
	case http.MethodDelete:
		switch {
		case !g.sent[strings.ToLower(path)]:
			return "this run has not attached the compute"
		case !strings.EqualFold(strings.Join(request.URL.Query()["underlyingResourceAction"], ","), "detach"):
			return "it is not a detach, so it could delete the Batch account"
		}
		return ""
	}
	return "only GET, PUT and DELETE are sent"
}

func add(set *map[string]bool, path string) {
	if *set == nil {
		*set = map[string]bool{}
	}
	(*set)[strings.ToLower(path)] = true
}

// Manager is a Resource Manager endpoint, such as https://management.azure.com.
type Manager string

// Path returns the Resource Manager path of an address, without the endpoint's own path. It
// reports false for other hosts, and for other paths of the host.
func (m Manager) Path(address *url.URL) (string, bool) {
	endpoint, err := url.Parse(string(m))
	if err != nil || !strings.EqualFold(endpoint.Host, address.Host) {
		return "", false
	}
	path, ok := strings.CutPrefix(address.Path, strings.TrimSuffix(endpoint.Path, "/"))
	return path, ok && strings.HasPrefix(strings.ToLower(path), "/subscriptions/")
}

// Without replies to requests for a list with an empty one, without sending them.
func Without(list string, manager Manager, next policy.Transporter) policy.Transporter {
	return transport(func(request *http.Request) (*http.Response, error) {
		if path, ok := manager.Path(request.URL); !ok || request.Method != http.MethodGet || !strings.EqualFold(path, list) {
			return next.Do(request)
		}
		return &http.Response{
			StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header:  http.Header{"Content-Type": {"application/json"}},
			Body:    io.NopCloser(bytes.NewReader([]byte(`{"value": []}`))),
			Request: request,
		}, nil
	})
}

type transport func(*http.Request) (*http.Response, error)

func (t transport) Do(request *http.Request) (*http.Response, error) { return t(request) }

// refusedError reports a request that the guard did not send.
type refusedError struct{ method, path, why string }

func (e *refusedError) Error() string {
	return fmt.Sprintf("%s %s was not sent: %s", e.method, e.path, e.why)
}

// NonRetriable tells azcore's pipeline not to retry.
func (e *refusedError) NonRetriable() {}
