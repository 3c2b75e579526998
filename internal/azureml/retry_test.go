package azureml

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// The pause before a write is repeated doubles from a second to half a minute, a fifth
// more or less.
func TestBackoff(t *testing.T) {
	for n, want := range []time.Duration{1, 2, 4, 8, 16, 30, 30, 30, 30, 30, 30, 30} {
		for range 20 {
			if got := backoff(n); got < want*time.Second*8/10 || got > want*time.Second*12/10 {
				t.Errorf("pause %d is %s, want about %d s", n, got, want)
			}
		}
	}
	var pauses []time.Duration
	for range 200 {
		pauses = append(pauses, backoff(0))
	}
	if shortest, longest := slices.Min(pauses), slices.Max(pauses); shortest > 900*time.Millisecond || longest < 1100*time.Millisecond {
		t.Errorf("the pauses of many writes are %s to %s, so they are all sent together", shortest, longest)
	}
}

// A context that has ended ends a pause at once, however short it is.
func TestSleep(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 100 {
		if sleep(ctx, 0) || sleep(ctx, time.Hour) {
			t.Fatal("the pause went by")
		}
	}
	if !sleep(t.Context(), 0) {
		t.Error("the pause was interrupted")
	}
}

// Before a write is repeated, the service's own pause is followed, up to five minutes.
func TestPauseBeforeAWrite(t *testing.T) {
	for value, want := range map[string]time.Duration{"7": 7 * time.Second, "301": 5 * time.Minute} {
		err := newError(&http.Response{StatusCode: 429, Header: http.Header{"Retry-After": {value}}}, nil)
		if got := pauseBefore(0, err); got != want {
			t.Errorf("%s: got %s, want %s", value, got, want)
		}
	}
	if got := pauseBefore(2, refusal(429, "", "")); got < 3200*time.Millisecond || got > 4800*time.Millisecond {
		t.Errorf("without a word of it: got %s", got)
	}
}

func TestRetryAfterIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(900 * time.Millisecond) // into a second, as dates have no fractions
		in := func(pause time.Duration) string { return time.Now().Add(pause).UTC().Format(http.TimeFormat) }
		for value, want := range map[string]time.Duration{
			"": 0, "0": 0, "-1": 0, "soon": 0, in(-time.Minute): 0, in(0): 0,
			"1": time.Second, "7": 7 * time.Second, "86400": time.Minute, "9999999999": time.Minute, "99999999999999999999": 0,
			in(100 * time.Millisecond): time.Second, in(10 * time.Second): 9100 * time.Millisecond, in(time.Hour): time.Minute,
		} {
			got, ok := retryAfter(http.Header{"Retry-After": {value}}, time.Minute)
			if got != want || ok != (want > 0) {
				t.Errorf("%q: %s, %t; want %s", value, got, ok, want)
			}
		}
	})
}
