// Package report compares a run on Azure with the same run on the emulator, and says of
// each of the emulator's guesses whether Azure confirms it.
package report

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// Reference is the step of further exchanges in the emulator's recording: its answers when
// something goes wrong.
const Reference = "reference"

// Run is what a report is made of. All of it is scrubbed.
type Run struct {
	Azure, Emulator *emulator.Recording
	// Problems are what went wrong on the way.
	Problems []string
}

// Verdicts on a guess.
const (
	Confirmed = "confirmed"
	Refuted   = "refuted"
	NotMet    = "not met"
)

// Verdict is what a run says of a guess.
type Verdict struct {
	emulator.Guess
	Verdict string
	// Seen is what Azure does where that is not what the emulator does.
	Seen string
	// Does is what the emulator does.
	Does string
}

// Checked are the ids of the guesses that a run can meet.
func Checked() []string { return slices.Sorted(maps.Keys(checks)) }

// Verdicts judges all guesses.
func (r Run) Verdicts() []Verdict {
	guesses := emulator.Guesses()
	all := make([]Verdict, len(guesses))
	for i, guess := range guesses {
		all[i] = r.judge(guess)
	}
	return all
}

func (r Run) judge(guess emulator.Guess) Verdict {
	check, ok := checks[guess.ID]
	if !ok {
		return Verdict{Guess: guess, Verdict: NotMet}
	}
	azure, emulated := check.facts(r.Azure), check.facts(r.Emulator)
	verdict := Verdict{Guess: guess, Verdict: Confirmed, Does: strings.Join(emulated, "; ")}
	if len(azure) == 0 {
		verdict.Verdict = NotMet
		return verdict
	}
	seen := without(azure, emulated)
	if check.exact {
		for _, fact := range without(emulated, azure) {
			seen = append(seen, "not: "+fact)
		}
	}
	if len(seen) > 0 {
		verdict.Verdict, verdict.Seen = Refuted, strings.Join(seen, "; ")
	}
	return verdict
}

func without(facts, others []string) []string {
	return slices.DeleteFunc(slices.Clone(facts), func(fact string) bool { return slices.Contains(others, fact) })
}

// Markdown is the report.
func (r Run) Markdown() string {
	var b strings.Builder
	b.WriteString("# Azure compared with the emulator\n\n")
	b.WriteString("Made by `make verify-azure`. Ids, names, hosts, times and signatures are placeholders. Still, read it before you share it.\n")
	verdicts := r.Verdicts()
	count := map[string]int{}
	for _, v := range verdicts {
		count[v.Verdict]++
	}
	fmt.Fprintf(&b, "\nOf %d guesses, %d are confirmed, %d refuted and %d not met.\n", len(verdicts), count[Confirmed], count[Refuted], count[NotMet])
	if len(r.Problems) > 0 {
		b.WriteString("\n## Problems\n\n")
		for _, problem := range r.Problems {
			fmt.Fprintf(&b, "- %s\n", line(problem))
		}
	}
	r.writeGuesses(&b, verdicts)
	r.writeOperations(&b)
	r.writeExchanges(&b)
	return b.String()
}

func (r Run) writeGuesses(b *strings.Builder, verdicts []Verdict) {
	for _, want := range []string{Refuted, Confirmed, NotMet} {
		title := false
		for _, v := range verdicts {
			if v.Verdict != want {
				continue
			}
			if !title {
				title = true
				fmt.Fprintf(b, "\n## Guesses: %s\n\n", want)
			}
			fmt.Fprintf(b, "- `%s`: %s\n", v.ID, v.Sentence)
			if want == Refuted {
				fmt.Fprintf(b, "  - Azure: %s\n  - the emulator: %s\n", line(v.Seen), line(v.Does))
			}
		}
	}
}

func (r Run) writeOperations(b *strings.Builder) {
	b.WriteString("\n## Operations\n\n| Operation | Azure took | Polls | In the emulator |\n|---|---|---|---|\n")
	for _, o := range []struct{ name, method string }{{"attach", http.MethodPut}, {"detach", http.MethodDelete}} {
		azure, found := operationOf(r.Azure, o.method)
		if !found {
			continue
		}
		emulated, _ := operationOf(r.Emulator, o.method)
		took := "not over"
		if azure.ended {
			took = seconds(azure.took)
		}
		fmt.Fprintf(b, "| %s | %s | %d | %s, %d polls |\n", o.name, took, azure.polls, seconds(emulated.took), emulated.polls)
	}
}

func (r Run) writeExchanges(b *strings.Builder) {
	b.WriteString("\n## Exchanges\n\n| Step | Request | Azure | Emulator | Differences |\n|---|---|---|---|---|\n")
	for _, row := range compare(r.Azure, r.Emulator) {
		different := line(strings.Join(row.differences, "<br>"))
		if different == "" {
			different = "none"
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", row.step, row.request, row.azure.say(), row.emulated.say(), strings.ReplaceAll(different, "|", "\\|"))
	}
}

// longestLine bounds what a service that talks a lot can put into a line.
const longestLine = 3000

// line is a text on one line.
func line(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > longestLine {
		text = strings.ToValidUTF8(text[:longestLine], "") + " … (more)"
	}
	return text
}

func (g *group) say() string {
	if g == nil {
		return ""
	}
	said := status(g.Exchange)
	if g.times > 1 {
		said += fmt.Sprintf(" (%d times)", g.times)
	}
	return said
}
