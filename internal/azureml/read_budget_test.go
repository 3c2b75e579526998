package azureml

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// The client keeps what the last reply says is left of the limit. When a read is accepted
// without a word of it, no limit is known.
func TestReadsLeft(t *testing.T) {
	status, left := http.StatusOK, ""
	client := mustClient(t, staticToken{}, Options{Transport: transport(func(request *http.Request) (*http.Response, error) {
		response, err := reply("{}").Do(request)
		response.StatusCode = status
		response.Header.Set("x-ms-ratelimit-remaining-subscription-reads", left)
		return response, err
	})})
	for _, test := range []struct {
		method string
		status int
		left   string
		want   int64
	}{
		{"GET", 200, "", 250},
		{"GET", 200, "249", 249},
		{"GET", 403, "42", 42},
		{"PUT", 201, "", 42}, // it speaks of writes
		{"GET", 200, "few", 250},
		{"PUT", 429, "41", 0},
		{"DELETE", 202, "", 0},
		{"GET", 200, "", 250},
	} {
		status, left = test.status, test.left
		_, _, _ = client.sendOnce(t.Context(), test.method, client.resourceURL("/subscriptions/s"), nil)
		if got := client.ReadsLeft(); got != test.want {
			t.Errorf("after %s, %d, with %q left: %d, want %d", test.method, test.status, test.left, got, test.want)
		}
	}
}

// The fewer reads are left, the longer are the poll intervals.
func TestStretch(t *testing.T) {
	for left, want := range map[int64]float64{250: 1, 160: 1, 80: 2, 40: 4, 10: 16, 5: 16, 1: 16, 0: 16} {
		budget := &readBudget{}
		budget.used.Store(readBurst - left)
		if got := budget.stretch(); got != want {
			t.Errorf("%d left: got %v, want %v", left, got, want)
		}
	}
}

// While few reads are left, lists send one request each twentieth of a second.
func TestListsLeaveReads(t *testing.T) {
	for left, want := range map[int64]time.Duration{100: 0, 99: 150 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			budget := &readBudget{lists: newSemaphore()}
			budget.used.Store(readBurst - left)
			began := time.Now()
			var waiting sync.WaitGroup
			for range 3 {
				waiting.Go(func() { budget.wait(t.Context()) })
			}
			if waiting.Wait(); time.Since(began) != want {
				t.Errorf("%d left: three lists waited %s, want %s", left, time.Since(began), want)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		budget := &readBudget{lists: newSemaphore()}
		budget.used.Store(readBurst)
		budget.lists.acquire(t.Context())
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if budget.wait(ctx); !budget.lists.held() {
			t.Error("an interrupted wait let another list go on")
		}
	})
}
