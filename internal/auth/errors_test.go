package auth

import "testing"

// Each cause that is known gets its own advice, and not that of another one which is part
// of it.
func TestKnownAdvice(t *testing.T) {
	for _, known := range knownAdvice {
		failure := SignInError{Choice: Choice{Method: ClientSecretMethod}}
		if got := failure.advice(known.words + ": something."); got != known.advice {
			t.Errorf("the advice for %q is %q, want %q", known.words, got, known.advice)
		}
	}
}
