package bounds

import (
	"context"
	"sync"
)

// OneAtATime marks a request whose large replies wait for those of others: of all that a
// transport reads, one large reply is in memory at a time. The one that has its turn
// keeps it until it calls done, which it does when it has no more use for the reply.
func OneAtATime(ctx context.Context) (marked context.Context, done func()) {
	holder := &holder{}
	return context.WithValue(ctx, holderKey{}, holder), holder.release
}

type holderKey struct{}

// holderOf is the holder of a request; nil when it is not marked.
func holderOf(ctx context.Context) *holder {
	h, _ := ctx.Value(holderKey{}).(*holder)
	return h
}

// holder is a request that may have its turn.
type holder struct {
	mutex sync.Mutex
	slot  chan struct{} // nil while it does not have it
}

func (h *holder) acquire(ctx context.Context, slot chan struct{}) error {
	if h == nil {
		return nil
	}
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.slot != nil {
		return nil
	}
	select {
	case slot <- struct{}{}:
		h.slot = slot
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *holder) release() {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.slot != nil {
		<-h.slot
		h.slot = nil
	}
}
