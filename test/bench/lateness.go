package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// Attaches of random durations, ten at a time.
const (
	randomAttaches = 30
	shortest       = 3 * time.Second
	longest        = 180 * time.Second
	seed           = 1
)

// lateness is how late the end of operations was noticed.
type lateness struct {
	n       int
	average float64 // as a part of the operation's duration
	worst   late    // of those that are late by more than a second, or else of all
}

// late is how much of an operation's time, and for how long, its end went unnoticed.
type late struct {
	took, by time.Duration
}

func (l late) part() float64 { return l.by.Seconds() / l.took.Seconds() }

// within reports whether it is late by no more than a twentieth, or no more than a second.
func (l late) within() bool { return l.part() <= 0.05 || l.by <= time.Second }

// lateness attaches computes that take the service different times.
func (b *bench) lateness(ctx context.Context, c contender) (all lateness, err error) {
	random := rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // The same durations in each run.
	durations := map[string]time.Duration{}
	for i := range randomAttaches {
		durations[fmt.Sprintf(computeName, i)] = shortest + time.Duration(random.Int64N(int64(longest-shortest)))
	}
	e, d, err := b.prepare(ctx, c, randomAttaches, 1, emulator.WithLatency(near),
		emulator.WithAttachDurations(func(name string) time.Duration { return durations[name] }))
	if err != nil {
		return all, err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	if _, err := d.run(ctx, steps[0].arguments...); err != nil {
		return all, err
	}
	return latenessOf(e.ARMRequests(), durations), nil
}

// latenessOf finds in the requests of an apply how late the end of each attach was
// noticed: that is when the compute is read for the last time.
func latenessOf(requests []emulator.Request, durations map[string]time.Duration) (all lateness) {
	began, noticed := map[string]time.Time{}, map[string]time.Time{}
	for _, request := range requests {
		name := path.Base(request.Path)
		switch _, ours := durations[name]; {
		case ours && request.Method == http.MethodPut:
			began[name] = request.Time.Add(near)
		case ours && request.Method == http.MethodGet:
			noticed[name] = request.Time
		}
	}
	for name, start := range began {
		one := late{durations[name], noticed[name].Sub(start) - durations[name]}
		all.n++
		all.average += one.part()
		if all.n == 1 || worse(one, all.worst) {
			all.worst = one
		}
	}
	all.average /= float64(max(all.n, 1))
	return all
}

func worse(a, b late) bool {
	if a.within() != b.within() {
		return b.within()
	}
	return a.part() > b.part()
}
