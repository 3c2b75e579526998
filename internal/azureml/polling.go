package azureml

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// Polling says how often the end of a long-running operation is asked for. The
// service itself does not say (it sends no Retry-After), so after two fixed pauses the
// pause follows the time already spent: the end of all but the shortest operations is
// noticed within an eighth of their time, and one of two seconds takes two questions. Zero values
// mean the defaults.
type Polling struct {
	// First is the pause before the first question. Default 1 s.
	First time.Duration
	// Longest is the longest pause. Default 10 s.
	Longest time.Duration
	// Lag is for how long a region of Resource Manager may not know yet of a change
	// that another one made. Default 2 min.
	Lag time.Duration
}

func (p Polling) withDefaults() Polling {
	defaults := Polling{First: time.Second, Longest: 10 * time.Second, Lag: 2 * time.Minute}
	if p.First > 0 {
		defaults.First = p.First
	}
	if p.Longest > 0 {
		defaults.Longest = p.Longest
	}
	if p.Lag > 0 {
		defaults.Lag = p.Lag
	}
	return defaults
}

// maxPollAfter bounds the Retry-After of a status.
const maxPollAfter = time.Minute

// ticker paces the questions about one operation.
type ticker struct {
	polling Polling
	// lately is how long others of its kind took; nil when nobody kept count.
	lately *experience

	began   time.Time
	asked   int
	askedAt time.Duration // since it began, as are all durations here
	goingOn time.Duration // when it was last known to go on
}

func newTicker(polling Polling, lately *experience) *ticker {
	return &ticker{polling: polling, lately: lately, began: time.Now()}
}

// wait lets the pause go by that the last reply asks for, or else the next one of its
// own. It reports false when the context ended first.
func (t *ticker) wait(ctx context.Context, last http.Header) bool {
	pause, ok := retryAfter(last, maxPollAfter)
	if !ok {
		pause = t.next()
	}
	t.asked++
	inTime := sleep(ctx, pause)
	t.askedAt = time.Since(t.began)
	return inTime
}

func (t *ticker) next() time.Duration {
	elapsed := time.Since(t.began)
	pause := min(max(elapsed/8, t.polling.First/2), t.polling.Longest)
	switch t.asked {
	case 0:
		return t.polling.First
	case 1:
		pause = t.polling.First + t.polling.First/4
	}
	for _, moment := range t.lately.moments() {
		if earlier := moment - elapsed; earlier > 0 && earlier < pause {
			return max(earlier, t.polling.First/10)
		}
	}
	return pause
}

// notYet notes that the last question came too early.
func (t *ticker) notYet() { t.goingOn = t.askedAt }

// succeeded notes that the last question found the operation's end.
func (t *ticker) succeeded() { t.lately.learn(t.goingOn, t.askedAt) }

// experience is how long operations of one kind have taken lately in this process. Of
// a hundred attaches all but the first ten begin when others have ended; they take about
// as long, so a question at the right moment saves the wait for the next one. It only
// ever shortens a pause.
type experience struct {
	mutex sync.Mutex
	// The last one was going on after atLeast, and over after atMost; zero before the first.
	atLeast, atMost time.Duration
}

func (e *experience) learn(goingOn, over time.Duration) {
	if e == nil {
		return
	}
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.atLeast, e.atMost = goingOn, over
}

// moments are those worth a question, in their order: when the last one was over, and
// before that, unless it is known to an eighth, when it may have been.
func (e *experience) moments() []time.Duration {
	if e == nil {
		return nil
	}
	e.mutex.Lock()
	defer e.mutex.Unlock()
	open := e.atMost - e.atLeast
	if open <= e.atMost/8 {
		return []time.Duration{e.atMost}
	}
	return []time.Duration{e.atMost - open/4, e.atMost}
}
