package azureml

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A snapshot that was begun earlier replaces no later one, and a caller whose context has ended
// does not wait to share its own.
func TestKeep(t *testing.T) {
	s := &newWorkspaceCache().snapshots
	earlier := s.begin()
	s.invalidate()
	later := s.begin()
	later.started = earlier.started.Add(1)
	if earlier.writes != 0 || later.writes != 1 {
		t.Errorf("the snapshots are after %d and %d writes, want 0 and 1", earlier.writes, later.writes)
	}
	for _, snapshot := range []*snapshot{earlier, later, earlier} {
		s.keep(t.Context(), snapshot)
	}
	if s.last != later || !s.read.Load() {
		t.Error("an earlier snapshot replaced the later one, or the next reader is the first")
	}
	s.lock.acquire(t.Context())
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	s.keep(ended, &snapshot{started: later.started.Add(1)})
	if s.last != later || !s.lock.held() {
		t.Error("a caller without the lock replaced the snapshot, or released the lock")
	}
}

func TestRecentBatchComputeFails(t *testing.T) {
	refused := transport(func(request *http.Request) (*http.Response, error) {
		return answer(request, refuses, http.Header{})
	})
	compute, err := mustClient(t, staticToken{}, Options{Transport: refused}).Workspace(testWorkspace.ID).RecentBatchCompute(t.Context(), "c")
	if compute != nil || !isForbidden(err) {
		t.Errorf("got %v, %v", compute, err)
	}
}

// The list that reads share shows which computes share an account, which is said once.
func TestLookUpRecentSharedAccount(t *testing.T) {
	_, one, _ := strings.Cut(named("one", ownThere), " ")
	_, two, _ := strings.Cut(named("two", ownThere), " ")
	workspace := mustClient(t, staticToken{}, Options{Transport: transport(func(request *http.Request) (*http.Response, error) {
		if strings.HasSuffix(request.URL.Path, "/computes") {
			return reply(`{"value": [` + one + "," + two + `]}`).Do(request)
		}
		return reply(one).Do(request)
	})}).Workspace(testWorkspace.ID)
	for n, want := range []int{0, 2, 0} {
		found, err := workspace.LookUpRecent(t.Context(), "ONE")
		if err != nil || found.Batch == nil || found.Batch.Name != "one" {
			t.Fatalf("read %d: %+v, %v", n, found, err)
		}
		got := 0
		if found.Shared != nil {
			got = len(found.Shared.Computes)
		}
		if got != want {
			t.Errorf("read %d says that %d computes share the account, want %d", n, got, want)
		}
	}
}

// The end of a prefetch interrupts its requests, and waits for them.
func TestPrefetchEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running atomic.Int32
		workspace := mustClient(t, staticToken{}, Options{Transport: transport(func(request *http.Request) (*http.Response, error) {
			running.Add(1)
			defer running.Add(-1)
			<-request.Context().Done()
			return nil, request.Context().Err()
		})}).Workspace(testWorkspace.ID)
		end := workspace.Prefetch(t.Context(), "c", "")
		synctest.Wait()
		if n := running.Load(); n != 2 {
			t.Errorf("%d requests, want the list and the workspace", n)
		}
		began := time.Now()
		end()
		if n := running.Load(); n != 0 || time.Since(began) != 0 {
			t.Errorf("%d requests still run, %s later", n, time.Since(began))
		}
	})
}

// Another process's detach that was waited for counts as a write: the list before it is outdated.
func TestWaitUntilFreeOutdatesTheList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, ending, _ := strings.Cut(ownEnding, " ")
		service := &course{began: time.Now(), compute: turns(ownEnding, 10, gone)}
		workspace := mustClient(t, staticToken{}, Options{Transport: transport(func(request *http.Request) (*http.Response, error) {
			if strings.HasSuffix(request.URL.Path, "/computes") && time.Since(service.began) < 10*time.Second {
				return reply(`{"value": [` + ending + `]}`).Do(request)
			}
			return service.Do(request)
		})}).Workspace(testWorkspace.ID)
		for range 2 { // by a GET, and from the list
			compute, err := workspace.RecentBatchCompute(t.Context(), "c")
			if err != nil || !compute.Deleting() {
				t.Fatalf("before: %v, %v", compute, err)
			}
		}
		compute, err := workspace.BatchCompute(t.Context(), "c")
		if err != nil {
			t.Fatal(err)
		}
		if found, err := compute.WaitUntilFree(t.Context()); err != nil || !found.Free() {
			t.Fatalf("the wait: %+v, %v", found, err)
		}
		if compute, err := workspace.RecentBatchCompute(t.Context(), "c"); !isGone(err) {
			t.Errorf("afterwards: %v, %v", compute, err)
		}
	})
}
