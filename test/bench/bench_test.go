package main

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

// The limit grows by ten at a time, for reads by the workspaces alone.
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

// A goal counts as met when its figure says so, and only what was measured is a goal.
func TestGoals(t *testing.T) {
	good := &results{
		cells: []cell{measured("apply", 1, 3*time.Second, 7), measured("plan", 1, 450*time.Millisecond, 1), measured("plan", 1000, time.Second, 11)},
		bare:  cell{requests: 7}, start: startUp{21e6, 1.1, 1.1, 1.5},
	}
	if missed := good.missed(); missed != 0 || len(good.goals()) != 7 {
		t.Errorf("%d of %d are missed:\n%s", missed, len(good.goals()), good.markdown())
	}
	bad := &results{
		cells: []cell{measured("apply", 1, 5*time.Second, 7), measured("plan", 1000, time.Second, 12)},
		bare:  cell{requests: 8}, start: startUp{26e6, 1.4, 1.4, 1.5},
	}
	if missed := bad.missed(); missed != 6 { // memory is well
		t.Errorf("%d are missed:\n%s", missed, bad.markdown())
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
