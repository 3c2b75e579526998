package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// The limit grows with each ten computes; for reads, with each ten workspaces.
func TestServiceTime(t *testing.T) {
	for _, test := range []struct {
		step          int
		n, workspaces int
		want          time.Duration
	}{
		{0, 1, 1, 2100 * time.Millisecond},
		{0, 10, 1, 2100 * time.Millisecond},
		{0, 11, 1, 4200 * time.Millisecond},
		{3, 100, 1, 11 * time.Second},
		{1, 1000, 1, 50 * time.Millisecond},
		{1, 100, 100, 500 * time.Millisecond},
	} {
		if got := steps[test.step].service(test.n, test.workspaces, near); got != test.want {
			t.Errorf("%s of %d in %d: %s, want %s", steps[test.step].name, test.n, test.workspaces, got, test.want)
		}
	}
}

func measured(name string, n int, took time.Duration, requests int) cell {
	for _, s := range steps {
		if s.name == name {
			return cell{"azureml", s, n, 1, near, usage{took, 30 << 20, time.Second / 4}, 400 * time.Millisecond, requests, 0}
		}
	}
	panic(name)
}

// A goal is met if its figure is within the limit. Only what was measured is a goal.
func TestGoals(t *testing.T) {
	missed := func(r *results) int { return strings.Count(r.markdown(), "| **no** |") }
	quick, slow := 3*time.Second, 5*time.Second
	far1 := measured("apply", 1, quick, 7)
	far1.latency = far
	thousand := measured("plan", 1000, time.Second, 11)
	thousand.alone = time.Second
	good := &results{
		cells: []cell{measured("apply", 1, quick, 7), far1, measured("plan", 1, 450*time.Millisecond, 1), measured("plan", 100, 455*time.Millisecond, 2), thousand},
		bare:  cell{requests: 5}, start: startUp{21e6, 1.1, 1.1, cell{}}, late: lateness{30, 0.02, late{20 * time.Second, time.Second}},
	}
	if missed(good) != 0 || len(good.goals()) != 11 {
		t.Errorf("%d of %d are missed, want 0 of 11:\n%s", missed(good), len(good.goals()), good.markdown())
	}
	far1.took = slow
	thousand.took, thousand.requests = 2*time.Second, 12
	bad := &results{
		cells: []cell{measured("apply", 1, slow, 7), far1, measured("plan", 1, 450*time.Millisecond, 1), measured("plan", 100, 500*time.Millisecond, 2), thousand},
		bare:  cell{requests: 6}, start: startUp{26e6, 1.4, 1.4, cell{}}, late: lateness{30, 0.04, late{20 * time.Second, time.Second}},
	}
	if missed(bad) != 10 { // all except memory
		t.Errorf("%d are missed, want 10:\n%s", missed(bad), bad.markdown())
	}
}

// TestLateness: the lateness of an attach is the time from its end in the service to the
// last read of the compute. More than a twentieth counts only if it is more than a second.
func TestLateness(t *testing.T) {
	start := time.Now()
	at := func(method, name string, after time.Duration) emulator.Request {
		return emulator.Request{Method: method, Path: "/computes/" + name, Time: start.Add(after)}
	}
	durations := map[string]time.Duration{"short": 4 * time.Second, "long": 100 * time.Second}
	got := latenessOf([]emulator.Request{
		at("GET", "short", 0), at("GET", "other", 0), at("PUT", "short", 0), at("PUT", "long", time.Second),
		at("GET", "short", near+5*time.Second), at("GET", "long", time.Second+near+103*time.Second),
	}, durations)
	want := lateness{2, 0.14, late{4 * time.Second, time.Second}}
	if got.n != want.n || math.Abs(got.average-want.average) > 1e-9 || got.worst != want.worst || !got.worst.within() {
		t.Errorf("latenessOf gives %+v, want %+v", got, want)
	}
	if (late{100 * time.Second, 6 * time.Second}).within() {
		t.Error("6 s of 100 s are within a twentieth or a second")
	}
}

// TestCPUTime reads the time of a process whose name looks like more fields.
func TestCPUTime(t *testing.T) {
	const stat = "42 (a ) b) S 1 42 42 0 -1 4194560 1021 0 0 0 250 50 7 8 20 0 1 0 99 1 2"
	if got := cpuTime([]byte(stat)); got != 3*time.Second {
		t.Errorf("the CPU time is %s, want 3s", got)
	}
}

// The report says how it was measured, what was not measured, and how long the first plan takes.
func TestReport(t *testing.T) {
	first := cell{"azureml", firstPlan, 1, 1, near, usage{600 * time.Millisecond, 30 << 20, time.Second / 4}, 400 * time.Millisecond, 9, 0}
	other := measured("plan", 100, time.Second, 100)
	other.provider = "azapi"
	otherFirst := first
	otherFirst.provider = "azapi"
	r := &results{cli: "tofu", start: startUp{first: first}, other: startUp{374e6, 4, 4.5, otherFirst}, cells: []cell{other}}
	for _, text := range []string{
		fmt.Sprintf("tofu on %d processors, against the emulator with 50 or 200 ms a call, 2 s an attach, 1 s a detach,\npages of 100 ", runtime.NumCPU()),
		"parallelism 10",
		"takes 1.50 × the empty provider's.",
		"| azureml | first plan | 1 | 1 | 50 ms | 0.60 s | 1.33 | – | 0.40 s | 9 | 0 | 30 MB | 0.25 s |\n",
		"The other provider's binary is 374.0 MB; it takes 4.00 × the empty provider's time for `providers schema`, and 4.50 × for a plan",
		"It is measured with at most 100 computes",
		"| azapi | first plan | 1 | 1 | 50 ms | 0.60 s |",
		"| azapi | plan | 100 | 1 | 50 ms | 1.00 s |",
	} {
		if !strings.Contains(r.markdown(), text) {
			t.Errorf("it does not say %q:\n%s", text, r.markdown())
		}
	}
	r.other, r.cells = startUp{}, nil
	if strings.Contains(r.markdown(), "other provider") {
		t.Errorf("no other provider was measured:\n%s", r.markdown())
	}
}

func TestPlotIsXML(t *testing.T) {
	svg := plot([]cell{measured("apply", 1, 3*time.Second, 7), measured("destroy", 100, 20*time.Second, 7)})
	for decoder := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err, svg)
		}
	}
}

func TestComputes(t *testing.T) {
	for n, want := range map[int]string{1: "1 compute", 999: "999 computes", 1000: "1,000 computes", 12034: "12,034 computes"} {
		if got := computes(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
