package azureml

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// The end of an operation is noticed within an eighth of its time and never later than
// 10 s, from the fourth second on; the first questions come after 1 s and 2.25 s, then
// every half second.
func TestPollingNoticesTheEndInTime(t *testing.T) {
	for _, test := range []struct {
		operation time.Duration
		questions int
		noticed   time.Duration
	}{
		{500 * time.Millisecond, 1, time.Second},
		{2 * time.Second, 2, 2250 * time.Millisecond},
		{4 * time.Second, 6, 0},
		{10 * time.Second, 14, 0},
		{30 * time.Second, 24, 0},
		{10 * time.Minute, 92, 0},
		{time.Hour, 392, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			start, questions := time.Now(), 0
			pace := newTicker(Polling{}.withDefaults(), nil)
			for time.Since(start) < test.operation {
				if !pace.wait(t.Context(), nil) {
					t.Fatal("interrupted")
				}
				questions++
			}
			late := time.Since(start) - test.operation
			if test.noticed != 0 && time.Since(start) != test.noticed {
				t.Errorf("%s: noticed after %s, want %s", test.operation, time.Since(start), test.noticed)
			}
			if test.noticed == 0 && late > min(test.operation/8, 10*time.Second) {
				t.Errorf("%s: noticed %s late", test.operation, late)
			}
			if questions > test.questions {
				t.Errorf("%s: took %d questions, want at most %d", test.operation, questions, test.questions)
			}
		})
	}
}

// Of many operations that take as long, the later ones are noticed closer to their end,
// with at most one question more. Whatever was learned, one that takes another time is
// noticed as early as without it.
func TestPollingLearns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lately experience
		polling := Polling{}.withDefaults()
		follow := func(takes time.Duration) (late time.Duration, questions int) {
			pace := newTicker(polling, &lately)
			for pace.wait(t.Context(), nil) {
				questions++
				if since := time.Since(pace.began); since >= takes {
					pace.succeeded()
					return since - takes, questions
				}
				pace.notYet()
			}
			t.Fatal("interrupted")
			return 0, 0
		}
		for _, takes := range []time.Duration{2 * time.Second, 1200 * time.Millisecond, 13 * time.Second, 3 * time.Minute} {
			late, questions := follow(takes)
			for range 5 {
				if nextLate, more := follow(takes); nextLate > late || more > questions+2 {
					t.Errorf("%s: %s late after %d questions, and before %s after %d", takes, nextLate, more, late, questions)
				} else {
					late = nextLate
				}
			}
			if late > takes/16 {
				t.Errorf("%s: still %s late", takes, late)
			}
		}
	})
}

func TestRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for value, want := range map[string]time.Duration{
			"7":      7 * time.Second,
			"999999": time.Minute,
			time.Now().Add(30 * time.Second).UTC().Format(http.TimeFormat): 30 * time.Second,
			time.Now().Add(time.Hour).UTC().Format(http.TimeFormat):        time.Minute,
		} {
			got, ok := retryAfter(http.Header{"Retry-After": {value}}, time.Minute)
			if !ok || got != want {
				t.Errorf("%q: got %s, %v, want %s", value, got, ok, want)
			}
		}
		past := time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat)
		for _, value := range []string{"", "soon", "1.5", "0", "-3", past} {
			if got, ok := retryAfter(http.Header{"Retry-After": {value}}, time.Minute); ok {
				t.Errorf("%q: got %s", value, got)
			}
		}
	})
}
