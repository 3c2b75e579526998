package bounds

import (
	"context"
	"sync"
)

// OneAtATime marks a request whose large reply waits for those of others: a transport
// keeps one large reply in memory at a time. The caller must call done when it no longer
// needs the reply.
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

// holder is a request that may hold the slot for large replies.
type holder struct {
	mutex sync.Mutex
	slot  chan struct{} // nil while it does not hold it
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
