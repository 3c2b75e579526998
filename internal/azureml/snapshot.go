package azureml

import (
	"context"
	"strings"
	"sync/atomic"
	"time"
)

// snapshotAge is for how long a snapshot is good.
const snapshotAge = 30 * time.Second

// snapshot is the list of a workspace's Batch computes as many readers share it, so
// that a plan of a hundred computes does not ask a hundred times.
type snapshot struct {
	// read is set by the first reader, who asks for its compute alone: of most
	// workspaces there is only one.
	read atomic.Bool
	// writes counts the writes that this process has brought to their end.
	writes atomic.Int64

	// turn holds one token, for who may look at what follows and list anew. Unlike a
	// mutex, it can be waited for until a context ends.
	turn     chan struct{}
	computes map[string]*BatchCompute // by name in lower case
	taken    time.Time
	after    int64 // as many writes
}

func newKnown() *known {
	return &known{snapshot: snapshot{turn: make(chan struct{}, 1)}}
}

// RecentBatchCompute is [Workspace.BatchCompute] for readers that come in numbers: from
// the second of a workspace on they share a list of it, which is at most 30 s old and
// no older than the last write of this client. What the list lacks is asked for by
// itself, and so is everything when the workspace may not be listed.
func (w *Workspace) RecentBatchCompute(ctx context.Context, name string) (*BatchCompute, error) {
	s := &w.known.snapshot
	if !s.read.Swap(true) {
		return w.BatchCompute(ctx, name)
	}
	listed, err := s.find(ctx, w, name)
	if err != nil {
		return nil, err
	}
	if listed == nil {
		return w.BatchCompute(ctx, name)
	}
	w.client.preflight.meet(w.ID.ComputeID(name))
	compute := *listed
	compute.workspace, compute.ID = w, w.ID.ComputeID(listed.Name) // in this reader's spelling
	return &compute, nil
}

// find looks a compute up in the snapshot, which is taken anew when it is too old. The
// compute is nil when it is not in it. The only error is an end of the context.
func (s *snapshot) find(ctx context.Context, w *Workspace, name string) (*BatchCompute, error) {
	needed := s.writes.Load()
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return nil, interrupted(ctx, "waiting for the list of computes of workspace "+w.ID.Name, nil)
	}
	if s.computes == nil || s.after < needed || time.Since(s.taken) > snapshotAge {
		if err := s.take(ctx, w); err != nil {
			return nil, err
		}
	}
	return s.computes[strings.ToLower(name)], nil
}

// take lists the workspace. A list that fails is as good as an empty one, for a while
// too: each reader then asks for its own compute, and gets an error of its own. But one
// that ends with this reader's context is the next reader's to take.
func (s *snapshot) take(ctx context.Context, w *Workspace) error {
	// Both before the list, which is of this moment or later.
	after, taken := s.writes.Load(), time.Now()
	computes := map[string]*BatchCompute{}
	for compute, err := range w.BatchComputes(ctx) {
		if ctx.Err() != nil {
			return interrupted(ctx, "listing the computes of workspace "+w.ID.Name, lastOf(err, nil))
		}
		if err != nil {
			clear(computes)
			break
		}
		computes[strings.ToLower(compute.Name)] = compute
	}
	s.computes, s.after, s.taken = computes, after, taken
	return nil
}

// wrote makes readers that come from now on list anew.
func (s *snapshot) wrote() { s.writes.Add(1) }
