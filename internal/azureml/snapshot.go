package azureml

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// snapshotAge is how old a snapshot may be.
const snapshotAge = 30 * time.Second

// snapshots shares the list of a workspace's Batch computes among many readers, so that a
// hundred reads do not send a hundred requests, nor a thousand attaches list them all a
// thousand times.
type snapshots struct {
	// read is set by the first reader, which reads its compute alone: most workspaces have
	// only one.
	read atomic.Bool
	// writes counts the writes that this client has sent, and the operations that it has
	// waited for. Counting one too many costs no more than a list.
	writes atomic.Int64
	// attaches is how many writes there were when the last attach of a name ended.
	attaches sync.Map // int64 by name in lower case

	// lock guards last; its holder may list again.
	lock semaphore
	last *snapshot
}

// snapshot is a workspace's list at one time. It does not change once it is shared.
type snapshot struct {
	// Both by name in lower case; none when there was an error.
	computes map[string]*BatchCompute
	shared   map[string]*SharedAccount
	err      error
	started  time.Time
	writes   int64 // how many there were before it started
}

// LookUpRecent is [Workspace.LookUp] for many readers: from the second of a workspace on
// they share a list of it, which is at most 30 s old and no older than the last write of
// this client. What the list lacks or has incomplete is read by name, and so is everything
// when the list fails.
func (w *Workspace) LookUpRecent(ctx context.Context, name string) (Lookup, error) {
	found, err := w.lookUpRecent(ctx, name)
	found.Shared = w.cache.reportOnce(found.Shared)
	return found, err
}

func (w *Workspace) lookUpRecent(ctx context.Context, name string) (Lookup, error) {
	s := &w.cache.snapshots
	if !s.read.Swap(true) {
		return w.LookUp(ctx, name)
	}
	recent, err := s.share(ctx, w, snapshotAge, s.writes.Load())
	if err != nil {
		return Lookup{}, err
	}
	listed := recent.computes[strings.ToLower(name)]
	if listed == nil || listed.Lacks() != "" {
		return w.LookUp(ctx, name)
	}
	compute := *listed
	compute.workspace, compute.ID = w, w.ID.ComputeID(listed.Name) // in this reader's spelling
	return Lookup{Batch: &compute, Shared: recent.shared[strings.ToLower(name)]}, nil
}

// RecentBatchCompute is [Workspace.BatchCompute] by [Workspace.LookUpRecent].
func (w *Workspace) RecentBatchCompute(ctx context.Context, name string) (*BatchCompute, error) {
	found, err := w.lookUpRecent(ctx, name)
	if err != nil {
		return nil, err
	}
	return found.batchCompute()
}

// share returns the last snapshot if it is no older than age and was begun after that many
// writes, or else a new one. The only error is an [InterruptedError].
func (s *snapshots) share(ctx context.Context, w *Workspace, age time.Duration, writes int64) (*snapshot, error) {
	if !s.lock.acquire(ctx) {
		return nil, interrupted(ctx, "waiting for the list of computes of workspace "+w.ID.Name, nil)
	}
	defer s.lock.release()
	if s.last == nil || s.last.writes < writes || time.Since(s.last.started) > age {
		taken, err := s.take(ctx, w)
		if err != nil {
			return nil, err
		}
		s.last = taken
	}
	return s.last, nil
}

// take lists the workspace. A failed list counts as an empty one, and is kept too: each
// reader then reads its own compute, and gets an error of its own. But where this caller's
// context has ended, the next caller lists.
func (s *snapshots) take(ctx context.Context, w *Workspace) (*snapshot, error) {
	var computes []*BatchCompute
	taken := s.begin()
	for compute, err := range w.BatchComputes(ctx) {
		if ctx.Err() != nil {
			return nil, interrupted(ctx, "listing the computes of workspace "+w.ID.Name, lastOf(err, nil))
		}
		if err != nil {
			taken.err = err
			return taken, nil
		}
		computes = append(computes, compute)
	}
	taken.fill(computes)
	return taken, nil
}

// begin is an empty snapshot, for computes that are read from now on.
func (s *snapshots) begin() *snapshot {
	return &snapshot{writes: s.writes.Load(), started: time.Now()}
}

func (s *snapshot) fill(computes []*BatchCompute) {
	s.computes, s.shared = map[string]*BatchCompute{}, map[string]*SharedAccount{}
	for _, compute := range computes {
		s.computes[strings.ToLower(compute.Name)] = compute
	}
	for _, shared := range sharedAccounts(computes) {
		for _, compute := range shared.Computes {
			s.shared[strings.ToLower(compute.Name)] = shared
		}
	}
}

// keep shares a snapshot that was read for another purpose, unless there is a later one.
func (s *snapshots) keep(ctx context.Context, taken *snapshot) {
	if !s.lock.acquire(ctx) {
		return
	}
	defer s.lock.release()
	if s.last == nil || s.last.started.Before(taken.started) {
		s.last = taken
	}
	s.read.Store(true) // the next reader is not the first
}

// invalidate makes readers that come from now on list again.
func (s *snapshots) invalidate() { s.writes.Add(1) }

// invalidateFor makes attaches of the same name that come from now on list again as well.
func (s *snapshots) invalidateFor(name string) {
	s.attaches.Store(strings.ToLower(name), s.writes.Add(1))
}

// lastAttach is how many writes there were when this client last attached a compute of the
// name; 0 when it did not.
func (s *snapshots) lastAttach(name string) int64 {
	writes, _ := s.attaches.Load(strings.ToLower(name))
	after, _ := writes.(int64)
	return after
}
