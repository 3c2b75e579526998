package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
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
		if got := steps[test.step].service(test.n, test.workspaces); got != test.want {
			t.Errorf("%s of %d in %d: %s, want %s", steps[test.step].name, test.n, test.workspaces, got, test.want)
		}
	}
}

func measured(name string, n int, took time.Duration, requests int) cell {
	for _, s := range steps {
		if s.name == name {
			return cell{"azureml", s, n, 1, usage{took, 30 << 20}, 400 * time.Millisecond, requests, 0}
		}
	}
	panic(name)
}

// A goal is met if its figure is within the limit. Only what was measured is a goal.
func TestGoals(t *testing.T) {
	missed := func(r *results) int { return strings.Count(r.markdown(), "| **no** |") }
	good := &results{
		cells: []cell{measured("apply", 1, 3*time.Second, 7), measured("plan", 1, 450*time.Millisecond, 1), measured("plan", 1000, time.Second, 11)},
		bare:  cell{requests: 7}, start: startUp{21e6, 1.1, 1.1, cell{}},
	}
	if missed(good) != 0 || len(good.goals()) != 7 {
		t.Errorf("%d of %d are missed:\n%s", missed(good), len(good.goals()), good.markdown())
	}
	bad := &results{
		cells: []cell{measured("apply", 1, 5*time.Second, 7), measured("plan", 1000, time.Second, 12)},
		bare:  cell{requests: 8}, start: startUp{26e6, 1.4, 1.4, cell{}},
	}
	if missed(bad) != 6 { // all except memory
		t.Errorf("%d are missed:\n%s", missed(bad), bad.markdown())
	}
}

// If the plan of 100 misses its goal, the report says how much Terraform alone grows, and how much the rest does.
func TestGrowth(t *testing.T) {
	const why = "Terraform alone, with a provider that does nothing, takes 4.00 × as long for a plan of 100 computes as for a plan of 1. " +
		"Without Terraform's own time, the plan takes 0.10 s, 2.00 × the 0.05 s of a plan of 1."
	for took, grows := range map[time.Duration]bool{1700 * time.Millisecond: true, 500 * time.Millisecond: false} {
		hundred := measured("plan", 100, took, 2)
		hundred.alone = 1600 * time.Millisecond
		r := &results{cells: []cell{measured("plan", 1, 450*time.Millisecond, 1), hundred}}
		if text := r.markdown(); strings.Contains(text, why) != grows || strings.Contains(text, "Without Terraform's own time") != grows {
			t.Errorf("a plan of 100 takes %s:\n%s", took, text)
		}
	}
}

// The report says how it was measured, what was not measured, and how long the first plan takes.
func TestReport(t *testing.T) {
	first := cell{"azureml", firstPlan, 1, 1, usage{600 * time.Millisecond, 30 << 20}, 400 * time.Millisecond, 9, 0}
	other := measured("plan", 100, time.Second, 100)
	other.provider = "azapi"
	otherFirst := first
	otherFirst.provider = "azapi"
	r := &results{cli: "tofu", start: startUp{first: first}, other: startUp{374e6, 4, 4.5, otherFirst}, cells: []cell{other}}
	for _, text := range []string{
		fmt.Sprintf("tofu on %d processors, against the emulator with 50 ms a call, 2 s an attach, 1 s a detach,\npages of 100 ", runtime.NumCPU()),
		"parallelism 10",
		"takes 1.50 × the empty provider's.",
		"| azureml | first plan | 1 | 1 | 0.60 s | 1.33 | – | 0.40 s | 9 | 0 | 30 MB |\n",
		"The other provider's binary is 374.0 MB; it takes 4.00 × the empty provider's time for `providers schema`, and 4.50 × for a plan",
		"It is measured with at most 100 computes",
		"| azapi | first plan | 1 | 1 | 0.60 s |",
		"| azapi | plan | 100 | 1 | 1.00 s |",
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
