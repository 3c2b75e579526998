package azureml

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// The end of an operation is noticed within a thirtieth of its time, within half a second
// for short ones, and within 5 s for long ones: swept over durations, so that no duration
// passes by luck. At first the polls come after 1 s.
func TestPollingNoticesTheEndInTime(t *testing.T) {
	for _, sweep := range []struct {
		from, to, step time.Duration
		polls          int // of the longest
		average        float64
	}{
		{1000 * time.Millisecond, 3 * time.Second, 130 * time.Millisecond, 5, 0.25},
		{3 * time.Second, 30 * time.Second, 700 * time.Millisecond, 50, 0.03},
		{30 * time.Second, 3 * time.Minute, 1700 * time.Millisecond, 106, 0.02},
		{3 * time.Minute, time.Hour, 53 * time.Second, 800, 0.02},
	} {
		synctest.Test(t, func(t *testing.T) {
			total, n := 0.0, 0
			for takes := sweep.from; takes <= sweep.to; takes += sweep.step {
				late, polls := follow(t, &Client{polling: Polling{}.withDefaults()}, takes)
				if limit := min(max(takes/30, 500*time.Millisecond), 5*time.Second); late > limit+takes/900 {
					t.Errorf("%s: noticed %s late, want at most %s", takes, late, limit)
				}
				if polls > sweep.polls {
					t.Errorf("%s: %d polls, want at most %d", takes, polls, sweep.polls)
				}
				total, n = total+late.Seconds()/takes.Seconds(), n+1
			}
			if average := total / float64(n); average > sweep.average {
				t.Errorf("%s to %s: %.3f of the time late on average, want at most %.3f", sweep.from, sweep.to, average, sweep.average)
			}
		})
	}
}

func follow(t *testing.T, client *Client, takes time.Duration) (late time.Duration, polls int) {
	t.Helper()
	pace := client.newPacer()
	for time.Since(pace.began) < takes {
		if !pace.wait(t.Context(), nil) {
			t.Fatal("interrupted")
		}
		polls++
	}
	return time.Since(pace.began) - takes, polls
}

// As the service's read budget shrinks, polls become rarer: to a quarter of the rate at 40
// reads, and to a sixteenth when none is left.
func TestPollingLeavesReads(t *testing.T) {
	polls := func(t *testing.T, left string, status int) (n int) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			client := &Client{polling: Polling{}.withDefaults()}
			header := http.Header{"X-Ms-Ratelimit-Remaining-Subscription-Reads": {left}}
			client.reads.record(&http.Response{StatusCode: status, Header: header, Request: &http.Request{Method: http.MethodGet}})
			_, n = follow(t, client, 2*time.Minute)
		})
		return n
	}
	plenty := polls(t, "249", 200)
	for left, share := range map[string]int{"160": 1, "80": 2, "40": 4, "10": 16, "0": 16} {
		if n := polls(t, left, 200); n > plenty/share+3 || n < plenty/share/2 {
			t.Errorf("%s reads left: %d polls, want about %d", left, n, plenty/share)
		}
	}
	if n := polls(t, "249", 429); n > plenty/16+3 {
		t.Errorf("throttled: %d polls", n)
	}
	if n := polls(t, "", 200); n != plenty {
		t.Errorf("without a word of it: %d polls, want %d", n, plenty)
	}
}

// A poll's own time is part of the interval, but each pause lasts a tenth of a second.
func TestPollingCountsThePollsOwnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := &Client{polling: Polling{}.withDefaults()}
		pace, began := client.newPacer(), time.Now()
		for range 5 {
			pace.wait(t.Context(), nil)
			time.Sleep(200 * time.Millisecond)
		}
		if took := time.Since(began); took != 3200*time.Millisecond {
			t.Errorf("five polls of 200 ms took %s", took)
		}
		time.Sleep(time.Minute)
		before := time.Now()
		if pace.wait(t.Context(), nil); time.Since(before) != 100*time.Millisecond {
			t.Errorf("after a poll of a minute the pause is %s", time.Since(before))
		}
	})
}

// Each field that is set replaces its own default only.
func TestPollingDefaults(t *testing.T) {
	defaults := Polling{time.Second, 5 * time.Second, 2 * time.Minute}
	if got := (Polling{}).withDefaults(); got != defaults {
		t.Errorf("by default it is %v", got)
	}
	for given, want := range map[Polling]Polling{
		{First: 7}: {7, defaults.Longest, defaults.Lag}, {Longest: 7}: {defaults.First, 7, defaults.Lag}, {Lag: 7}: {defaults.First, defaults.Longest, 7},
	} {
		if got := given.withDefaults(); got != want {
			t.Errorf("%v is %v, want %v", given, got, want)
		}
	}
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
