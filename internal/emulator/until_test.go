package emulator

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// A request that is held until another one has arrived is handled after it, in whatever order
// they were sent, and is not held beyond a bound.
func TestUntil(t *testing.T) {
	held := func(t *testing.T, until Until, others func(*Emulator)) (took time.Duration) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			e := newHandler(t)
			e.Inject(Fault{Method: http.MethodGet, Path: "/computes$", Until: &until})
			began, done := time.Now(), make(chan time.Duration)
			go func() {
				e.call(t, http.MethodGet, DefaultWorkspaceID+"/computes"+version, "")
				done <- time.Since(began)
			}()
			synctest.Wait()
			others(e)
			took = <-done
		})
		return took
	}
	get := func(path string) func(*Emulator) {
		return func(e *Emulator) {
			time.Sleep(time.Second)
			e.call(t, http.MethodGet, path+version, "")
		}
	}
	twice := func(e *Emulator) { get(computePath)(e); get(computePath)(e) }
	for name, test := range map[string]struct {
		until  Until
		others func(*Emulator)
		took   time.Duration
	}{
		"another request":         {Until{Method: "get", Path: "/computes/"}, get(computePath), time.Second},
		"the second such request": {Until{Path: "/computes/", Nth: 2}, twice, 2 * time.Second},
		"a bound":                 {Until{Method: "PUT", AtMost: time.Minute}, get(computePath), time.Minute},
		"not the request itself":  {Until{Method: "GET", AtMost: time.Hour}, get(computePath), time.Second},
		"less than the bound":     {Until{Path: "/computes/", AtMost: time.Hour}, get(computePath), time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			if took := held(t, test.until, test.others); took != test.took {
				t.Errorf("the request was held for %s, want %s", took, test.took)
			}
		})
	}
}
