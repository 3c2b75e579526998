package provider

import (
	"context"
	"sync/atomic"
	"time"
)

// callContext has a call's values, deadline and cancellation during the call, and is empty
// and canceled afterwards.
type callContext struct {
	// Context is a cancelable context of the standard library: contexts derived from it
	// need no goroutine to observe the cancellation.
	context.Context
	call atomic.Pointer[context.Context]
}

func newCallContext(call context.Context) (_ *callContext, end func()) {
	own, cancel := context.WithCancelCause(context.Background())
	c := &callContext{Context: own}
	c.call.Store(&call)
	unbind := context.AfterFunc(call, func() { cancel(context.Cause(call)) })
	return c, func() { //nolint:contextcheck // It ends the context.
		unbind()
		cancel(context.Canceled)
		c.call.Store(nil)
	}
}

// Value implements [context.Context].
func (c *callContext) Value(key any) any {
	if value := c.Context.Value(key); value != nil {
		return value
	}
	if call := c.call.Load(); call != nil {
		return (*call).Value(key)
	}
	return nil
}

// Deadline implements [context.Context].
func (c *callContext) Deadline() (time.Time, bool) {
	if call := c.call.Load(); call != nil {
		return (*call).Deadline()
	}
	return time.Time{}, false
}
