package azureml

import (
	"testing"
	"time"
)

// The service's times have up to seven digits and sometimes no zone.
func TestDecodeTime(t *testing.T) {
	for text, want := range map[string]time.Time{
		"2026-01-02T03:04:05.1234567+00:00": time.Date(2026, 1, 2, 3, 4, 5, 123456700, time.UTC),
		"2026-01-02T05:04:05+02:00":         time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		"2026-01-02T03:04:05.5":             time.Date(2026, 1, 2, 3, 4, 5, 500000000, time.UTC),
		"2026-01-02":                        {},
		"":                                  {},
	} {
		if got := decodeTime(text); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

// Two times are equal up to the digits that both have.
func TestEqualTimes(t *testing.T) {
	at := func(nanoseconds int) time.Time { return time.Date(2026, 1, 2, 3, 4, 5, nanoseconds, time.UTC) }
	for _, test := range []struct {
		a, b time.Time
		want bool
	}{
		{at(123456700), at(123456700), true},
		{at(123456700), time.Time{}, true},
		{at(123456700), at(123456000), true},
		{at(123456700), at(123457000), true},
		{at(123456700), at(123000000), true},
		{at(123456700), at(122000000), false},
		{at(123456700), at(125000000), false},
		{at(123456700), at(123456600), false},
		{at(123456701), at(123456702), false},
		{at(123456701), at(123456701), true},
		{at(0), at(999999900), true},
		{at(0), at(-1000000000), false},
		{at(0), at(1000000100), false},
		{at(100000000), at(200000000), false},
		{at(100000000), at(199000000), true},
	} {
		if EqualTimes(test.a, test.b) != test.want || EqualTimes(test.b, test.a) != test.want {
			t.Errorf("%s and %s: got %t", test.a, test.b, !test.want)
		}
	}
}
