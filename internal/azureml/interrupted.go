package azureml

import (
	"context"
	"errors"
)

// InterruptedError reports that the caller's context timed out or was canceled.
type InterruptedError struct {
	// Cause is context.Canceled or context.DeadlineExceeded.
	Cause error
	// Doing says what was interrupted.
	Doing string
	// Last is the last error before that; nil when there was none.
	Last error
}

func (e *InterruptedError) Error() string {
	what := "Timed out while " + e.Doing + "."
	if errors.Is(e.Cause, context.Canceled) {
		what = "Interrupted while " + e.Doing + "."
	}
	if e.Last == nil {
		return what
	}
	return paragraphs(what, "The last error was:\n"+e.Last.Error())
}

// Unwrap returns only the cause. The last error did not end the call, and is only shown.
func (e *InterruptedError) Unwrap() error { return e.Cause }

// interrupted is the error of a context that has ended; last may be nil. After a failed
// sign-in it names the sign-in, not the request that needed it.
func interrupted(ctx context.Context, doing string, last error) error {
	if IsSignIn(last) {
		doing = "signing in"
	}
	return &InterruptedError{Cause: ctx.Err(), Doing: doing, Last: last}
}
