package main

import (
	"fmt"
	"runtime"
	"strings"
	"time"
)

// results holds all measurements.
type results struct {
	cli   string
	start startUp
	other startUp // of another provider; zero without one
	cells []cell
	bare  cell // one attach without preflight
	// late is how late the end of operations was noticed, otherLate by the other provider.
	late, otherLate lateness
}

// find returns this provider's cell of a command; false if it was not measured.
func (r *results) find(name string, n, workspaces int, latency time.Duration) (cell, bool) {
	for _, c := range r.cells {
		if c.provider == "azureml" && c.step.name == name && c.n == n && c.workspaces == workspaces && c.latency == latency {
			return c, true
		}
	}
	return cell{}, false
}

// goal is a goal and its result.
type goal struct {
	what, wanted, reached string
	met                   bool
}

// goals returns the goals for the sizes that were measured.
func (r *results) goals() []goal {
	var goals []goal
	add := func(what, wanted string, met bool, format string, values ...any) {
		goals = append(goals, goal{what, wanted, fmt.Sprintf(format, values...), met})
	}
	if c, ok := r.find("apply", 1, 1, near); ok {
		add("1 attach of 2 s", "≤ 1.2 × the limit", c.ratio() <= 1.2, "%.2f ×, %.1f s", c.ratio(), c.took.Seconds())
	}
	if c, ok := r.find("apply", 1, 1, far); ok {
		add(fmt.Sprintf("1 attach of 2 s, %d ms a call", far.Milliseconds()), "≤ 4.5 s", c.took <= 4500*time.Millisecond, "%.1f s, %.2f × the limit", c.took.Seconds(), c.ratio())
	}
	if l := r.late; l.n > 0 {
		add(fmt.Sprintf("lateness of %d attaches of %g to %g s", l.n, shortest.Seconds(), longest.Seconds()), "≤ 3 % on average, each ≤ 5 % or 1 s",
			l.average <= 0.03 && l.worst.within(), "%s", l)
	}
	if c, ok := r.find("apply", 100, 1, near); ok {
		add("100 attaches, ten at a time", "≤ 1.15 × the limit", c.ratio() <= 1.15, "%.2f ×", c.ratio())
	}
	if c, ok := r.find("destroy", 100, 1, near); ok {
		add("100 detaches", "≤ 1.25 × the limit", c.ratio() <= 1.25, "%.2f ×", c.ratio())
	}
	hundred, ok := r.find("plan", 100, 1, near)
	if one, both := r.find("plan", 1, 1, near); ok && both {
		add("plan of 100 computes", "≤ 3 requests, ≤ 1.2 × a plan of 1, each without Terraform's own time", hundred.requests <= 3 && hundred.own() <= one.own()*6/5,
			"%d requests, %.2f s for %.2f s", hundred.requests, hundred.own().Seconds(), one.own().Seconds())
	}
	for _, name := range []string{"plan", "refresh"} {
		if c, ok := r.find(name, 1000, 1, near); ok {
			// A page names the next one, so that nothing can be sent at the same time.
			pages := time.Duration(c.requests) * c.latency
			ratio := c.took.Seconds() / (c.alone + pages).Seconds()
			add(name+" of 1,000 computes", "≤ 1.1 × an empty provider and the list's pages", ratio <= 1.1, "%.2f ×, %.2f × an empty provider alone",
				ratio, c.took.Seconds()/c.alone.Seconds())
		}
	}
	if c, ok := r.find("plan", 1000, 1, near); ok {
		pages := c.n / pageSize
		add("requests of a plan of 1,000 computes", fmt.Sprintf("≤ 1 + %d pages, not throttled", pages), c.requests <= 1+pages && c.throttled == 0,
			"%d requests, %d throttled", c.requests, c.throttled)
	}
	if c, ok := r.find("plan", inWorkspaces, inWorkspaces, near); ok {
		add("plan of 100 computes in 100 workspaces", "≤ 100 requests, ≤ 1.1 × the limit", c.requests <= 100 && c.ratio() <= 1.1, "%d requests, %.2f ×", c.requests, c.ratio())
	}
	if c, ok := r.find("plan", 1000, 1, near); ok && c.memory > 0 {
		most := int64(0)
		for _, s := range steps {
			c, _ := r.find(s.name, 1000, 1, near)
			most = max(most, c.memory)
		}
		add("memory of the provider at 1,000", "≤ 60 MB", most <= 60<<20, "%.0f MB", megabytes(most))
	}
	add("requests of one attach without polls, preflight off", "≤ 5", r.bare.requests <= 5, "%d", r.bare.requests)
	add("binary, stripped", "≤ 25 MB", r.start.size <= 25e6, "%.1f MB", float64(r.start.size)/1e6)
	add("`providers schema`", "≤ 1.3 × an empty provider", r.start.schema <= 1.3, "%.2f ×", r.start.schema)
	add("plan without resources", "≤ 1.3 × an empty provider", r.start.nothing <= 1.3, "%.2f ×", r.start.nothing)
	return goals
}

// own returns the time of a command minus Terraform's own, that of the empty provider.
func (c cell) own() time.Duration { return c.took - c.alone }

func (l lateness) String() string {
	return fmt.Sprintf("%.1f %% on average, at worst %.2f s of %.1f s (%.1f %%)", 100*l.average, l.worst.by.Seconds(), l.worst.took.Seconds(), 100*l.worst.part())
}

const legend = `# How fast it is

Written by ` + "`make bench`" + `, from one run: %s on %d processors, against the emulator with %d or %d ms a call, %g s an attach, %g s a detach,
pages of %d and Resource Manager's throttling. The limit of a command is Terraform's own time, measured in turn with a provider that does
nothing and a resource of the same schema and values, plus the service's time at parallelism %d: for apply and destroy, the operation, the write and
one poll; for plan and refresh, one request per workspace. Goals are for %[3]d ms a call unless they say otherwise.
Times depend on the machine; the ratios depend on it less.

| Goal | Wanted | Reached | Met |
|---|---|---|---|
`

func (r *results) markdown() string {
	var text strings.Builder
	write := func(format string, values ...any) { fmt.Fprintf(&text, format, values...) }
	write(legend, r.cli, runtime.NumCPU(), near.Milliseconds(), far.Milliseconds(), attach.Seconds(), detach.Seconds(), pageSize, parallelism)
	for _, g := range r.goals() {
		write("| %s | %s | %s | %s |\n", g.what, g.wanted, g.reached, map[bool]string{true: "yes", false: "**no**"}[g.met])
	}
	first := r.start.first
	write("\nThe first plan of one compute, with sign-in and preflight, takes %.2f × the empty provider's.\n", first.took.Seconds()/first.alone.Seconds())
	starts := []cell{first}
	if r.other.size > 0 {
		starts = append(starts, r.other.first)
		write("The other provider's binary is %.1f MB; it takes %.2f × the empty provider's time for `providers schema`, and %.2f × for a plan without resources.\n",
			float64(r.other.size)/1e6, r.other.schema, r.other.nothing)
		write("It is measured with at most %d computes: a thousand would take most of an hour. It notices the end of an attach late by %s.\n", mostOfOther, r.otherLate)
	}
	write("\n| Provider | Command | Computes | Workspaces | A call | Time | × limit | × operations alone | Terraform alone | Requests | Throttled | Memory | CPU |\n" +
		"|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, c := range append(starts, r.cells...) {
		write("| %s | %s | %d | %d | %d ms | %.2f s | %.2f | %s | %.2f s | %d | %d | %s | %s |\n", c.provider, c.step.name, c.n, c.workspaces, c.latency.Milliseconds(),
			c.took.Seconds(), c.ratio(), c.toOperations(), c.alone.Seconds(), c.requests, c.throttled, c.peak(), c.cpuTime())
	}
	return text.String()
}

// toOperations returns the ratio to the time of the operations alone, without Terraform and the requests.
func (c cell) toOperations() string {
	if c.step.operation == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", c.took.Seconds()/(float64(waves(c.n))*c.step.operation.Seconds()))
}

func (c cell) peak() string {
	if c.memory == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f MB", megabytes(c.memory))
}

func (c cell) cpuTime() string {
	if c.cpu == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f s", c.cpu.Seconds())
}

func megabytes(bytes int64) float64 { return float64(bytes) / (1 << 20) }
