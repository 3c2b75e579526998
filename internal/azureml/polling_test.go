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
			pace := ticker{polling: Polling{}.withDefaults()}
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

func TestRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for value, want := range map[string]time.Duration{
			"7":      7 * time.Second,
			"0":      0,
			"-3":     0,
			"999999": time.Minute,
			time.Now().Add(30 * time.Second).UTC().Format(http.TimeFormat): 30 * time.Second,
			time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat):       0,
			time.Now().Add(time.Hour).UTC().Format(http.TimeFormat):        time.Minute,
		} {
			got, ok := retryAfter(http.Header{"Retry-After": {value}}, time.Minute)
			if !ok || got != want {
				t.Errorf("%q: got %s, %v, want %s", value, got, ok, want)
			}
		}
		for _, value := range []string{"", "soon", "1.5"} {
			if got, ok := retryAfter(http.Header{"Retry-After": {value}}, time.Minute); ok {
				t.Errorf("%q: got %s", value, got)
			}
		}
	})
}
