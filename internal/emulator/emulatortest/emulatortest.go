// Package emulatortest starts emulators for tests, as net/http/httptest starts servers. It is apart from package emulator so
// that the azureml-emulator command does not link package testing.
package emulatortest

import (
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// New starts an emulator that listens on a free port of 127.0.0.1 until the end of the test. It fails the test if the emulator
// cannot start, or received more requests than its log keeps: what the test asserts on them would be worth nothing.
func New(t testing.TB, options ...emulator.Option) *emulator.Emulator {
	t.Helper()
	e, err := emulator.Start(options...)
	if err != nil {
		t.Fatalf("emulator: %v", err)
	}
	t.Cleanup(func() {
		if n := e.ForgottenRequests(); n > 0 {
			t.Errorf("emulator: its log has forgotten %d requests; call ResetLog in between", n)
		}
		if err := e.Close(); err != nil {
			t.Errorf("emulator: %v", err)
		}
	})
	return e
}
